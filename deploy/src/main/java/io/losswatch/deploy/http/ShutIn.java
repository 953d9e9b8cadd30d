package io.losswatch.deploy.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Gives every answer the headers that let a browser do nothing with it but show it; also the
 * answers that the server gives by itself, to requests that it could not read.
 */
@ChannelHandler.Sharable
final class ShutIn extends ChannelOutboundHandlerAdapter {
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // it is the promise
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      secure(response.headers());
    }
    context.write(message, promise);
  }

  private static void secure(HttpHeaders headers) {
    headers.set(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    headers.set("cross-origin-resource-policy", "same-origin");
    headers.set("cache-control", "no-store");
  }
}
