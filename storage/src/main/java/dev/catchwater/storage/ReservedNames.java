package dev.catchwater.storage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;

/// Names that no dataset gets any more: a server's addresses begin with them (design §7.22), so
/// that the dataset would hide behind them. A dataset that has one stays what it is, and a server
/// finds it by its id. Stateless.
public final class ReservedNames {
  private static final String[] NAMES = {
    "datasets",
    "info",
    "metrics",
    "openapi.json",
    "platform",
    "query",
    "receipts",
    "streams",
    "system",
    "tables",
    "verify",
    "views"
  };

  private ReservedNames() {}

  /// Whether a name is reserved; case does not matter.
  public static boolean has(String name) {
    for (String reserved : NAMES) {
      if (reserved.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /// Refuses a new name that is reserved.
  ///
  /// @throws CatchwaterException `BAD_NAME`
  static void refuse(DatasetName name) {
    if (QuarantineName.is(name)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME,
              "The name '" + name + "' is reserved for the quarantine of a dataset")
          .withHint("rows that pushes set aside are kept there");
    }
    if (has(name.toString())) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME,
              "The name '" + name + "' is reserved: addresses of the server begin with it")
          .withHint("choose another name, such as " + name.lowerCase() + "-data");
    }
  }
}
