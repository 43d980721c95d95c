package dev.catchwater.cli.command;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// A pattern of file names that no shell expanded: `exports/*.csv` in quotes, or from a program.
/// Loaded where a word is no file only.
final class LocalPattern {
  private static final String SIGNS = "*?[";

  private LocalPattern() {}

  /// Whether a word may be one.
  static boolean isPattern(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (SIGNS.indexOf(word.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /// The plain files it matches, as they would be typed, in the order of their names; signs stand
  /// in the last name only. Empty where nothing matches.
  static List<String> files(String word, Path current) {
    int slash = word.lastIndexOf('/');
    String folder = word.substring(0, slash + 1);
    List<String> found = new ArrayList<>();
    if (isPattern(folder)) {
      return found;
    }
    Path place = current.resolve(folder);
    try (DirectoryStream<Path> names = Files.newDirectoryStream(place, word.substring(slash + 1))) {
      for (Path path : names) {
        if (Files.isRegularFile(path)) {
          found.add(folder + path.getFileName());
        }
      }
    } catch (NotDirectoryException | PatternSyntaxException e) {
      return found;
    } catch (IOException e) {
      if (!Files.exists(place)) {
        return found;
      }
      throw CatchwaterException.at(
              ErrorCode.STORAGE_FAILED, Place.of(word), "The folder cannot be read")
          .withCause(e);
    }
    found.sort(null);
    return found;
  }
}
