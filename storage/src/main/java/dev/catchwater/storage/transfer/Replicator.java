package dev.catchwater.storage.transfer;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.storage.Aliases;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.FolderRepository;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies datasets from and to ODF simple repositories (odf-format §1.3), byte for byte.
///
/// Pulling believes nothing: every block hash is computed again, the whole rules of the chain run,
/// each file must have its physical hash and its rows the logical hash (where one can be computed),
/// offsets and times that the chain says. A failed pull leaves nothing behind. Pushing goes to
/// folders only; what a web server shows is put there by a push to its folder.
///
/// Thread-safe.
public final class Replicator {
  private static final int PARALLEL = 10;

  private final Workspace workspace;
  private final int parallel;
  private final @Nullable String token;

  /// How a pull or push goes.
  ///
  /// @param isForced whether another history may be replaced; a pull then also fetches whatever is
  ///   damaged here
  /// @param isAliasKept whether the address is remembered for the next time
  public record Options(
      boolean isForced, boolean isAliasKept, LockWait lockWait, TransferListener listener) {}

  /// Copies for one workspace, ten files at a time.
  public Replicator(Workspace workspace) {
    this(workspace, PARALLEL);
  }

  /// Copies for one workspace, so many files at a time.
  public Replicator(Workspace workspace, int parallel) {
    this(workspace, parallel, null);
  }

  /// The same with a token for servers that ask for one.
  public Replicator(Workspace workspace, int parallel, @Nullable String token) {
    this.workspace = workspace;
    this.parallel = parallel;
    this.token = token;
  }

  /// Pulls from a `file://` or `http(s)://` address into the dataset of that name, which is made
  /// where it is missing.
  ///
  /// @param as the name here; null takes the dataset that has the address as pull alias, or else
  ///   the address's last segment, or else its host
  /// @throws CatchwaterException `DIVERGED` if the dataset has blocks that are not there and the
  ///   pull is not forced, `CORRUPT` if the remote breaks a rule, `ALREADY_EXISTS` if the name is
  ///   another dataset's or the dataset has another name here, `REMOTE_UNAVAILABLE`
  public TransferReport pull(String url, @Nullable DatasetName as, Options options) {
    URI address = address(url);
    DatasetName name = as == null ? nameFor(address) : as;
    Transfers transfers = new Transfers(parallel, options.listener());
    if (isFile(address)) {
      FolderRepository folder = new FolderRepository(workspace.disk(), path(address));
      Remote remote = new FolderRemote(address.toString(), folder);
      return new Pull(workspace, remote, name, options, transfers).run();
    }
    HttpRemote remote = new HttpRemote(address, token);
    try {
      return new Pull(workspace, remote, name, options, transfers).run();
    } finally {
      remote.close();
    }
  }

  /// Pulls an existing dataset from the address remembered for it.
  public TransferReport pull(Dataset dataset, Options options) {
    List<String> aliases = pullAliases(dataset);
    if (aliases.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "Dataset " + dataset.name() + " was not pulled from anywhere")
          .withHint("name the address: pull <url> --as " + dataset.name());
    }
    return pull(aliases.getFirst(), dataset.name(), options);
  }

  /// Pushes to a `file://` address.
  ///
  /// @param url null takes the address remembered for the dataset
  /// @throws CatchwaterException `DIVERGED` if there are blocks there that are not here and the
  ///   push is not forced, `ALREADY_EXISTS` if there is another dataset, `CORRUPT` if ours is
  ///   damaged
  public TransferReport push(Dataset dataset, @Nullable String url, Options options) {
    URI address = address(url == null ? onlyPushAlias(dataset) : url);
    if (!isFile(address)) {
      throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED, "Cannot push to " + address + ": it can only be read")
          .withHint("push to the folder that it shows, file:///…");
    }
    Path folder = path(address);
    if (folder.startsWith(workspace.root())) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "Cannot push into the workspace itself: " + folder);
    }
    Transfers transfers = new Transfers(parallel, options.listener());
    TransferReport report =
        new PushToFolder(dataset, folder, address.toString(), options, transfers).run();
    if (options.isAliasKept()) {
      Aliases.addPush(dataset, address.toString(), options.lockWait());
    }
    return report;
  }

  private static String onlyPushAlias(Dataset dataset) {
    List<String> aliases = pushAliases(dataset);
    if (aliases.size() != 1) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "Dataset " + dataset.name() + " has " + aliases.size() + " push aliases")
          .withHint("name the address with --to");
    }
    return aliases.getFirst();
  }

  /// The address as it is remembered, with a slash at its end.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` if it is none we can use
  public static String normalized(String url) {
    URI address = address(url);
    if (isFile(address) && path(address).getRoot() == null) {
      throw new IllegalStateException("the path of an address is absolute: " + address);
    }
    return address.toString();
  }

  private static URI address(String url) {
    URI address;
    try {
      address = new URI(url.endsWith("/") ? url : url + "/");
    } catch (URISyntaxException e) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Not an address: " + url).withCause(e);
    }
    String scheme = address.getScheme();
    boolean isKnown = "file".equals(scheme) || "http".equals(scheme) || "https".equals(scheme);
    if (scheme != null && !isKnown) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "Not an address we can use: nothing is read by '" + scheme + ":'")
          .withHint("file:///folder, http://host/path or https://host/path");
    }
    if (!isKnown || address.getRawQuery() != null || address.getRawFragment() != null) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "Not an address we can use: " + url)
          .withHint("file:///folder, http://host/path or https://host/path");
    }
    return address;
  }

  private static boolean isFile(URI address) {
    return "file".equals(address.getScheme());
  }

  private static Path path(URI address) {
    String path = address.getPath();
    if (path == null || path.isEmpty() || path.charAt(0) != '/' || address.getHost() != null) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "Not the address of a folder: " + address)
          .withHint("file:///folder, with three slashes");
    }
    return Path.of(path).normalize();
  }

  private DatasetName nameFor(URI address) {
    for (Dataset dataset : workspace.list()) {
      if (pullAliases(dataset).contains(address.toString())) {
        return dataset.name();
      }
    }
    String path = address.getPath() == null ? "" : address.getPath();
    String[] segments = path.split("/", -1);
    for (int i = segments.length - 1; i >= 0; i--) {
      if (!segments[i].isEmpty()) {
        try {
          return DatasetName.parse(segments[i]);
        } catch (CatchwaterException e) {
          break; // the host's name, then
        }
      }
    }
    if (address.getHost() != null) {
      return DatasetName.parse(address.getHost());
    }
    throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "No name for the dataset at " + address)
        .withHint("name it with --as");
  }

  /// The addresses a dataset is pulled from, in the order they were added.
  public static List<String> pullAliases(Dataset dataset) {
    return Aliases.of(dataset).pull();
  }

  /// The addresses a dataset is pushed to, in the order they were added.
  public static List<String> pushAliases(Dataset dataset) {
    return Aliases.of(dataset).push();
  }
}
