package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.connectors.files.FilePlaces;
import dev.catchwater.connectors.files.HdfsSettings;
import dev.catchwater.connectors.files.S3Credentials;
import dev.catchwater.connectors.files.S3Settings;
import dev.catchwater.connectors.files.wire.Reach;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.secret.SecretRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where S3 and HDFS are and who asks them: the settings, then the variables that other tools of
/// theirs know, then the file of Amazon's tools.
final class RemoteSettings {
  private final Session session;
  private final Settings settings;

  RemoteSettings(Session session) {
    this.session = session;
    settings = new Settings(session);
  }

  /// How large a file may be, in bytes.
  long bytesMax() {
    return settings.bytes(Setting.CONNECTORS_FILE_SIZE_MAX);
  }

  /// The files that a server may be sent for.
  FilePlaces ofServer() {
    Reach reach =
        Reach.only(
            settings.words(Setting.CONNECTORS_HOSTS),
            settings.flag(Setting.CONNECTORS_PRIVATE_ADDRESSES));
    return new FilePlaces(reach, s3(), hdfs(), session.clock());
  }

  S3Settings s3() {
    String endpoint = first(Setting.S3_ENDPOINT, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    String region = first(Setting.S3_REGION, "AWS_REGION", "AWS_DEFAULT_REGION");
    return new S3Settings(
        endpoint.isEmpty() ? null : uri("s3.endpoint", endpoint),
        region.isEmpty() ? "us-east-1" : region,
        this::credentials);
  }

  HdfsSettings hdfs() {
    Map<String, URI> nodes = new LinkedHashMap<>();
    for (String word : settings.words(Setting.HDFS_NAME_NODES)) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw CatchwaterException.of(
                ErrorCode.BAD_ARGUMENT, "hdfs.name-nodes: '" + word + "' names no address")
            .withHint("such as nn1=http://nn1.example.org:9870");
      }
      nodes.put(word.substring(0, equals), uri("hdfs.name-nodes", word.substring(equals + 1)));
    }
    String standard = settings.value(Setting.HDFS_DEFAULT);
    String user = first(Setting.HDFS_USER, "HADOOP_USER_NAME");
    return new HdfsSettings(
        nodes,
        standard.isEmpty() ? null : uri("hdfs.default", standard),
        user.isEmpty() ? null : user);
  }

  private String first(Setting setting, String... variables) {
    String value = settings.value(setting);
    for (String variable : variables) {
      value = value.isEmpty() ? session.environment().getOrDefault(variable, "") : value;
    }
    return value;
  }

  private static URI uri(String key, String text) {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      try {
        URI uri = URI.create(text);
        if (uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
          return uri;
        }
      } catch (IllegalArgumentException _) {
        // Said below.
      }
    }
    throw CatchwaterException.of(
            ErrorCode.BAD_ARGUMENT, key + ": '" + text + "' is no address of a server")
        .withHint("such as http://server.example.org:9000");
  }

  private @Nullable S3Credentials credentials() {
    String key = settings.value(Setting.S3_ACCESS_KEY);
    Map<String, String> environment = session.environment();
    if (!key.isEmpty()) {
      SecretRef secret = SecretRef.parse(settings.value(Setting.S3_SECRET_KEY), session.folder());
      return new S3Credentials(key, secret.resolve(environment), null);
    }
    key = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.get("AWS_SECRET_ACCESS_KEY");
    if (!key.isEmpty() && secret != null) {
      return new S3Credentials(key, secret, environment.get("AWS_SESSION_TOKEN"));
    }
    return profile(environment);
  }

  /// What Amazon's tools keep for a profile, null for nothing.
  private static @Nullable S3Credentials profile(Map<String, String> environment) {
    String home = environment.get("HOME");
    String named = environment.get("AWS_SHARED_CREDENTIALS_FILE");
    if (named == null && home == null) {
      return null;
    }
    Path file = named == null ? Path.of(home, ".aws", "credentials") : Path.of(named);
    if (!Files.isReadable(file)) {
      return null;
    }
    String wanted = "[" + environment.getOrDefault("AWS_PROFILE", "default") + "]";
    Map<String, String> values = new LinkedHashMap<>();
    try {
      boolean isInside = false;
      for (String line : Files.readAllLines(file)) {
        String text = line.strip();
        int equals = text.indexOf('=');
        if (text.startsWith("[")) {
          isInside = text.equals(wanted);
        } else if (isInside && equals > 0) {
          values.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw CatchwaterException.of(ErrorCode.STORAGE_FAILED, file + " cannot be read").withCause(e);
    }
    String key = values.get("aws_access_key_id");
    String secret = values.get("aws_secret_access_key");
    return key == null || secret == null
        ? null
        : new S3Credentials(key, secret, values.get("aws_session_token"));
  }
}
