package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names that would hide behind the server's addresses, and addresses that nothing is read from.
class ReservedNamesTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";

  @TempDir Path folder;

  @Test
  void noDatasetGetsAReservedName(@TempDir Path elsewhere) {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    for (String name : List.of("query", "Datasets", "openapi.json", "system")) {
      String manifest = BadHttpTest.MANIFEST.replace("name: gps", "name: " + name);
      sandbox.pipe(manifest, "add", "--stdin").refused().says("is reserved", "another name");
      sandbox.run("rename", "gps", name).refused().says("is reserved");
    }
    Sandbox copy = Sandbox.in(elsewhere);
    Path dataset = folder.resolve(".catchwater/datasets/gps");
    copy.run("pull", dataset.toUri().toString(), "--as", "platform").refused().says("is reserved");
    copy.run("pull", dataset.toUri().toString(), "--as", "gps").succeeded();
    sandbox.run("rename", "gps", "queries").succeeded();
  }

  @Test
  void aDatasetThatHasSuchANameWorksByItsId() throws IOException {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    Path datasets = folder.resolve(".catchwater/datasets");
    Path alias = datasets.resolve("gps/info/alias");
    Files.writeString(alias, Files.readString(alias).replace("gps", "query"));
    Files.move(datasets.resolve("gps"), datasets.resolve("query"));
    sandbox.push("query", ROW).succeeded();
    try (Served served = Served.of(sandbox)) {
      String list = served.get("/datasets").body();
      int at = list.indexOf("did:odf:");
      String id = list.substring(at, list.indexOf('"', at));
      assertThat(served.push(id, ROW).status()).isEqualTo(200);
      assertThat(served.get("/" + id + "/tail").body()).contains("\"offset\":1");
    }
  }

  @Test
  void TH32_otherSchemesAreRefused() {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    for (String address :
        List.of(
            "jar:file:///tmp/x.jar!/",
            "ftp://127.0.0.1/x",
            "gopher://127.0.0.1/x",
            "data:text/plain,x",
            "netdoc:///etc/passwd")) {
      sandbox.run("pull", address, "--as", "x").refused().says("file:///folder, http://host");
      sandbox.run("push", "gps", "--to", address).refused().says("file:///folder, http://host");
      sandbox.run("repo", "add", "r", address).refused().says("file:///");
    }
  }
}
