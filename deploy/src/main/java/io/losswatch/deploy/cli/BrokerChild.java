package io.losswatch.deploy.cli;

import io.losswatch.deploy.broker.EmbeddedBroker;
import io.losswatch.deploy.log.LogOutput;
import java.io.IOException;
import java.io.InputStream;

/**
 * A broker for the process that started this one: prints {@code listening on HOST:PORT}, and stops,
 * data and all, when its standard input ends, as it does when that process dies.
 */
final class BrokerChild {
  private BrokerChild() {}

  /** Runs until standard input ends, or a signal comes. */
  public static void main(String[] arguments) throws IOException {
    LogOutput.silenceConnections();
    EmbeddedBroker broker = EmbeddedBroker.startForTrials(null, 0);
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "losswatch-broker-stop"));
    System.out.println("listening on " + broker.bootstrapServers());
    drain(System.in);
    System.exit(0);
  }

  private static void drain(InputStream in) throws IOException {
    byte[] ignored = new byte[1024];
    int read = in.read(ignored);
    while (read >= 0) {
      read = in.read(ignored);
    }
  }
}
