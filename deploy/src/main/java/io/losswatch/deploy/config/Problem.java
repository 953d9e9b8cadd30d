package io.losswatch.deploy.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path of the key, such as {@code monitors[0].windows[1]}; empty: the file as a whole
 * @param message what is wrong: the value and what is allowed, secrets masked
 */
public record Problem(String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
