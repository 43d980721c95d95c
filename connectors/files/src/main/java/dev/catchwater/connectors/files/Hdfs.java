package dev.catchwater.connectors.files;

import dev.catchwater.connectors.files.wire.Wire;
import dev.catchwater.connectors.files.wire.WireAnswer;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Files of one name node, over WebHDFS: what every name node answers, without Hadoop's 50 MB of
/// libraries. The bytes come from a data node that the name node sends us to. Thread-safe.
final class Hdfs {
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final int FILES_MAX = 10_000;

  private final Wire wire;
  private final String shown;
  private final URI nameNode;
  private final @Nullable String user;

  /// @param shown what stands before the path in addresses: `hdfs://namenode`
  Hdfs(Wire wire, String shown, URI nameNode, @Nullable String user) {
    this.wire = wire;
    this.shown = shown;
    this.nameNode = nameNode;
    this.user = user;
  }

  /// The files of a path, or of a pattern of paths, in the order of their names.
  List<RemoteFile> files(String path) throws IOException {
    if (!Glob.isPattern(path)) {
      return List.of(new HdfsFile(path));
    }
    List<String> found = List.of("");
    String[] names = path.substring(1).split("/", -1);
    for (int i = 0; i < names.length; i++) {
      boolean isLast = i + 1 == names.length;
      List<String> next = new ArrayList<>();
      for (String folder : found) {
        if (Glob.isPattern(names[i])) {
          list(folder, names[i], isLast, next);
        } else {
          next.add(folder + "/" + names[i]);
        }
      }
      if (next.size() > FILES_MAX) {
        throw Refusals.at(
                ErrorCode.LIMIT_EXCEEDED, shown + path, "More than " + FILES_MAX + " files match")
            .withHint("name fewer of them, folder by folder");
      }
      found = next;
    }
    if (found.isEmpty()) {
      throw Refusals.at(ErrorCode.OBJECT_NOT_FOUND, shown + path, "No file matches this pattern");
    }
    List<RemoteFile> files = new ArrayList<>();
    for (String file : found) {
      files.add(new HdfsFile(file));
    }
    return files;
  }

  private void list(String folder, String pattern, boolean areFiles, List<String> to)
      throws IOException {
    Tree answer = tree(folder.isEmpty() ? "/" : folder, "LISTSTATUS");
    List<String> names = new ArrayList<>();
    if (field(field(answer, "FileStatuses"), "FileStatus") instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        String name = text(item, "pathSuffix");
        if (text(item, "type").equals("FILE") == areFiles && Glob.matches(pattern, name)) {
          names.add(name);
        }
      }
    }
    names.sort(Comparator.naturalOrder());
    for (String name : names) {
      to.add(folder + "/" + name);
    }
  }

  private Tree tree(String path, String operation) throws IOException {
    try (WireAnswer answer = wire.ask("GET", uri(path, operation, ""), Map.of())) {
      if (answer.status() != 200) {
        throw refusal(path, answer);
      }
      byte[] bytes = answer.body().readNBytes(ANSWER_BYTES_MAX);
      Tree tree = JsonTree.read(new String(bytes, StandardCharsets.UTF_8));
      if (tree != null) {
        return tree;
      }
    }
    throw Refusals.at(
            ErrorCode.REMOTE_UNAVAILABLE, shown + path, "What answers is no name node of HDFS")
        .withHint("its HTTP port is wanted, " + HdfsSettings.PORT + " if nobody changed it");
  }

  private CatchwaterException refusal(String path, WireAnswer answer) {
    Tree tree = JsonTree.read(WebFile.beginning(answer));
    Tree remote = tree == null ? null : field(tree, "RemoteException");
    String message = remote == null ? "" : text(remote, "message");
    int end = message.indexOf('\n');
    return Refusals.of(
        shown + path,
        answer.status(),
        end < 0 ? message : message.substring(0, end),
        "hdfs.user says as whom files are read");
  }

  private URI uri(String path, String operation, String more) {
    StringBuilder text = new StringBuilder(nameNode.toString());
    if (text.charAt(text.length() - 1) == '/') {
      text.setLength(text.length() - 1);
    }
    text.append("/webhdfs/v1").append(PercentText.of(path, true)).append("?op=").append(operation);
    if (user != null) {
      text.append("&user.name=").append(PercentText.of(user, false));
    }
    return URI.create(text.append(more).toString());
  }

  private static @Nullable Tree field(@Nullable Tree tree, String name) {
    return tree instanceof Tree.Fields fields ? fields.fields().get(name) : null;
  }

  private static String text(Tree tree, String name) {
    Tree value = field(tree, name);
    if (value instanceof Tree.Text text) {
      return text.value();
    }
    return value instanceof Tree.Literal literal ? literal.spelling() : "";
  }

  /// A file of it. HDFS has no entity tags: what a file is and when it was written stands for one.
  private final class HdfsFile implements RemoteFile {
    private final String path;

    HdfsFile(String path) {
      this.path = path;
    }

    @Override
    public String address() {
      return shown + path;
    }

    @Override
    public Optional<OpenedFile> open(@Nullable FileVersion known) throws IOException {
      FileVersion version = version();
      return known != null && known.isSameAs(version)
          ? Optional.empty()
          : Optional.of(read(0, version));
    }

    @Override
    public OpenedFile resume(long from, FileVersion version) throws IOException {
      FileVersion now = version();
      return read(now.isSameAs(version) ? from : 0, now);
    }

    private FileVersion version() throws IOException {
      Tree status = field(tree(path, "GETFILESTATUS"), "FileStatus");
      if (status == null || !text(status, "type").equals("FILE")) {
        throw Refusals.at(ErrorCode.BAD_ARGUMENT, address(), "Is no file")
            .withHint("name its files, for example " + address() + "/*.csv");
      }
      String modified = text(status, "modificationTime");
      String tag = "\"" + text(status, "fileId") + "-" + modified + "\"";
      return new FileVersion(tag, Long.parseLong(text(status, "length")), modified);
    }

    private OpenedFile read(long from, FileVersion version) throws IOException {
      WireAnswer first = wire.ask("GET", uri(path, "OPEN", "&offset=" + from), Map.of());
      String location = first.head("location");
      if (first.status() != 307 || location == null) {
        return opened(first, from, version);
      }
      first.close();
      return opened(wire.ask("GET", nameNode.resolve(location), Map.of()), from, version);
    }

    private OpenedFile opened(WireAnswer answer, long from, FileVersion version)
        throws IOException {
      if (answer.status() != 200) {
        try (answer) {
          throw refusal(path, answer);
        }
      }
      return new OpenedFile(version, from, answer.body(), answer);
    }
  }
}
