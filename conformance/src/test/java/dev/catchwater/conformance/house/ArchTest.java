package dev.catchwater.conformance.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who may depend on whom, and which doors to the world lie where.
class ArchTest {
  /// Each module may use only those before it. `testkit` is for tests and stands outside.
  private static final List<String> ORDER =
      List.of(
          "odf",
          "disk",
          "columnar",
          "journal",
          "storage",
          "ingest",
          "query",
          "tables",
          "connectors.files",
          "server",
          "flight",
          "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.catchwater");

  @Test
  void everyModuleIsSeen() {
    for (String module : ORDER) {
      assertThat(CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith(packageOf(module))))
          .as("classes of %s", module)
          .isTrue();
    }
  }

  @Test
  void dependenciesPointUpTheListOnly() {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] later =
          ORDER.subList(i + 1, ORDER.size()).stream().map(ArchTest::inside).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(inside(ORDER.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .check(CLASSES);
    }
  }

  @Test
  void theProductDoesNotUseTheTestkit() {
    noClasses()
        .that()
        .resideInAnyPackage(ORDER.stream().map(ArchTest::inside).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(inside("testkit"))
        .check(CLASSES);
  }

  @Test
  void onlyTheManifestPackageKnowsYaml() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.catchwater.odf.manifest..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCodecKnowsFlatBuffers() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.catchwater.odf.codec..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.flatbuffers..")
        .check(CLASSES);
  }

  @Test
  void theProductDoesNotKnowParquetJava() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("benchmarks"), inside("conformance"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.parquet..")
        .check(CLASSES);
  }

  @Test
  void onlyTheSqlPackageKnowsDuckdb() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.catchwater.query.sql..", inside("benchmarks"), inside("conformance"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.duckdb..", "java.sql..")
        .because("hot commands must not load it, and one place decides what SQL may do")
        .check(CLASSES);
  }

  @Test
  void onlyTheFlightModuleKnowsArrowAndGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("flight"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.arrow..", "io.grpc..", "io.netty..", "com.google.protobuf..")
        .because("a process that serves no Flight SQL must not load them")
        .check(CLASSES);
  }

  @Test
  void onlyTheDiskModuleMakesThingsDurable() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("disk"), inside("testkit"), inside("conformance"))
        .should()
        .accessTargetWhere(
            method(Files.class, Set.of("move"))
                .or(method(FileChannel.class, Set.of("force", "tryLock", "lock"))))
        .because("durability is tested by a disk that crashes, and only the port can be replaced")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackages(inside("cli"), inside("benchmarks"))
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "System.out, System.err",
                access ->
                    access.getTargetOwner().isEquivalentTo(System.class)
                        && Set.of("out", "err").contains(access.getName())))
        .check(CLASSES);
  }

  @Test
  void clockAndRandomnessComeFromOutside() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            inside("testkit"), inside("benchmarks"), inside("cli"), inside("conformance"))
        .should()
        .accessTargetWhere(
            method(Instant.class, Set.of("now"))
                .or(method(System.class, Set.of("currentTimeMillis")))
                .or(method(Thread.class, Set.of("sleep")))
                .or(method(Math.class, Set.of("random")))
                .or(method(Random.class, Set.of("<init>"))))
        .check(CLASSES);
  }

  @Test
  void theCommandLineReadsTheClockThroughItsPort() {
    noClasses()
        .that()
        .resideInAPackage(inside("cli"))
        .should()
        .accessTargetWhere(
            method(System.class, Set.of("currentTimeMillis"))
                .or(method(Instant.class, Set.of("now")))
                .or(method(Math.class, Set.of("random")))
                .or(method(Random.class, Set.of("<init>"))))
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaAccess<?>> method(Class<?> owner, Set<String> names) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + Arrays.toString(names.toArray()),
        access ->
            access.getTargetOwner().isEquivalentTo(owner) && names.contains(access.getName()));
  }

  private static String packageOf(String module) {
    return "dev.catchwater." + module;
  }

  private static String inside(String module) {
    return packageOf(module) + "..";
  }
}
