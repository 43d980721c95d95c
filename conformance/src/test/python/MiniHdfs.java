import java.io.File;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/// A name node and a data node in one process, for test_files.py: prints the HTTP port of the name
/// node, then writes a file for each line `PATH TAB TEXT` of its input, until that ends.
class MiniHdfs {
  public static void main(String[] words) throws Exception {
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, new File(words[0]).getAbsolutePath());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(settings).numDataNodes(1).build()) {
      cluster.waitActive();
      IO.println("port " + cluster.getNameNode().getHttpAddress().getPort());
      DistributedFileSystem files = cluster.getFileSystem();
      for (String line = IO.readln(); line != null; line = IO.readln()) {
        int tab = line.indexOf('\t');
        Path path = new Path(line.substring(0, tab));
        try (FSDataOutputStream out = files.create(path, true)) {
          String text = line.substring(tab + 1).replace("\\n", "\n");
          out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        IO.println("wrote " + path);
      }
    }
  }
}
