package io.losswatch.deploy.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that takes too long for one step: until a request is there with all of its
 * headers, or until its answer is taken. A peer that sends a byte now and then is never silent, but
 * gets no further either, and would keep its place for ever. One for each connection; used by its
 * thread only.
 */
final class StepTimeout extends ChannelDuplexHandler {
  private final Duration timeout;
  private @Nullable Future<?> deadline;

  StepTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      begin(context);
    }
    context.fireChannelRead(message);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // they are the promise
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent) {
      context.write(message, promise.unvoid().addListener(written -> begin(context)));
    } else {
      context.write(message, promise);
    }
  }

  private void begin(ChannelHandlerContext context) {
    end();
    if (context.channel().isOpen()) {
      deadline =
          context
              .executor()
              .schedule(() -> close(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // there is nobody to tell
  private static void close(ChannelHandlerContext context) {
    context.close();
  }

  private void end() {
    Future<?> before = deadline;
    if (before != null) {
      before.cancel(false);
    }
    deadline = null;
  }
}
