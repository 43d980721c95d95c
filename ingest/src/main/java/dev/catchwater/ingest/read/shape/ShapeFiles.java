package dev.catchwater.ingest.read.shape;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The files that together are one shapefile of an archive.
///
/// @param shapes the `.shp`
/// @param table the `.dbf`
/// @param encoding the `.cpg`, which names the encoding of the table; null where there is none
public record ShapeFiles(
    ZipArchive.Entry shapes, ZipArchive.Entry table, ZipArchive.@Nullable Entry encoding) {
  private static final int NAMES_SHOWN_MAX = 20;

  /// Chooses the shapefile.
  ///
  /// @param subPath the name of its `.shp`, with or without folders, `*` and `?` for any text and
  ///   any character; null for the only one
  /// @throws CatchwaterException BAD_DATA with the list of the files
  public static ShapeFiles of(ZipArchive archive, @Nullable String subPath) {
    List<ZipArchive.Entry> found = new ArrayList<>();
    for (ZipArchive.Entry entry : archive.entries()) {
      boolean isHidden = entry.name().startsWith("__MACOSX/") || entry.baseName().startsWith("._");
      if (!isHidden && hasEnding(entry, ".shp") && (subPath == null || isMeant(entry, subPath))) {
        found.add(entry);
      }
    }
    if (found.isEmpty()) {
      throw refused(
          subPath == null ? "The archive has no .shp" : "Sub-path not found: " + subPath, archive);
    }
    if (found.size() > 1) {
      throw refused(
          subPath == null
              ? "The archive has several shapefiles, and the source has no subPath"
              : "The sub-path " + subPath + " names several shapefiles",
          archive);
    }
    ZipArchive.Entry shapes = found.getFirst();
    ZipArchive.Entry table = sibling(archive, shapes, ".dbf");
    if (table == null) {
      throw refused("The archive has no .dbf beside " + shapes.name(), archive);
    }
    return new ShapeFiles(shapes, table, sibling(archive, shapes, ".cpg"));
  }

  private static boolean hasEnding(ZipArchive.Entry entry, String ending) {
    return entry.name().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private static boolean isMeant(ZipArchive.Entry entry, String subPath) {
    String name = subPath.indexOf('/') < 0 ? entry.baseName() : entry.name();
    return entry.name().equals(subPath) || matches(subPath, 0, name, 0);
  }

  /// Goes back to the last star only: what an earlier one matched can stay as it is.
  private static boolean matches(String pattern, int patternStart, String name, int nameStart) {
    int p = patternStart;
    int n = nameStart;
    int star = -1;
    int from = 0;
    while (n < name.length()) {
      char c = p < pattern.length() ? pattern.charAt(p) : '\0';
      if (c == '*') {
        star = p++;
        from = n;
      } else if (p < pattern.length() && (c == '?' || c == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++from;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static ZipArchive.@Nullable Entry sibling(
      ZipArchive archive, ZipArchive.Entry shapes, String ending) {
    String stem = shapes.name().substring(0, shapes.name().length() - 4);
    for (ZipArchive.Entry entry : archive.entries()) {
      if (entry.name().equalsIgnoreCase(stem + ending)) {
        return entry;
      }
    }
    return null;
  }

  private static CatchwaterException refused(String why, ZipArchive archive) {
    StringBuilder names = new StringBuilder("it has ");
    List<ZipArchive.Entry> entries = archive.entries();
    for (int i = 0; i < Math.min(entries.size(), NAMES_SHOWN_MAX); i++) {
      names.append(i == 0 ? "" : ", ").append(entries.get(i).name());
    }
    if (entries.isEmpty()) {
      names.append("no files");
    } else if (entries.size() > NAMES_SHOWN_MAX) {
      names.append(" and ").append(entries.size() - NAMES_SHOWN_MAX).append(" more");
    }
    return CatchwaterException.of(ErrorCode.BAD_DATA, why).withHint(names.toString());
  }
}
