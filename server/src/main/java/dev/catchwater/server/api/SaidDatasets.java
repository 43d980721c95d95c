package dev.catchwater.server.api;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The field `datasets` of a query (kamu-behaviour §3.3): which datasets the tables of a statement
/// are, and as of which blocks. Immutable.
final class SaidDatasets {
  private static final List<String> KEYS = List.of("id", "alias", "blockHash");
  private static final int COUNT_MAX = 256;

  private final Premises premises;

  SaidDatasets(Premises premises) {
    this.premises = premises;
  }

  /// What the field says; null where it is not there.
  ///
  /// @param access of the caller, who needs to have [Scope#QUERY] on each
  /// @throws Refusal 400 for what is no list of such objects
  /// @throws CatchwaterException `DATASET_NOT_FOUND`, `OBJECT_NOT_FOUND` for a block,
  ///   `BAD_ARGUMENT` for what is no id or hash or stands there twice, with the place in the field
  @Nullable List<SqlQuery.Input> read(@Nullable Tree field, Access access) {
    if (field == null || (field instanceof Tree.Literal word && word.spelling().equals("null"))) {
      return null;
    }
    if (!(field instanceof Tree.Items items) || items.items().size() > COUNT_MAX) {
      throw bad("The field `datasets` is a list of at most " + COUNT_MAX + " objects");
    }
    List<SqlQuery.Input> inputs = new ArrayList<>();
    Set<String> aliases = new HashSet<>();
    for (int i = 0; i < items.items().size(); i++) {
      String place = "datasets[" + i + "]";
      if (!(items.items().get(i) instanceof Tree.Fields fields)) {
        throw bad("The field `" + place + "` is an object of id, alias, blockHash");
      }
      SqlQuery.Input input = input(fields.fields(), place, access);
      if (!aliases.add(input.alias().toLowerCase(Locale.ROOT))) {
        throw at(ErrorCode.BAD_ARGUMENT, place + ".alias", "Two datasets go by this name");
      }
      inputs.add(input);
    }
    return inputs;
  }

  private SqlQuery.Input input(Map<String, Tree> values, String place, Access access) {
    for (String key : values.keySet()) {
      if (!KEYS.contains(key)) {
        throw bad(
            "unknown field `" + key + "` of " + place + " (" + Suggestion.hint(key, KEYS) + ")");
      }
    }
    String id = text(values, "id", place);
    String alias = text(values, "alias", place);
    String hash = text(values, "blockHash", place);
    if (id == null && alias == null) {
      throw bad("The field `" + place + "` has neither an id nor an alias");
    }
    Dataset dataset =
        id == null ? dataset(alias, place + ".alias", access) : byId(id, place + ".id", access);
    ChainState state = hash == null ? null : state(dataset, hash, place + ".blockHash");
    return new SqlQuery.Input(alias == null ? dataset.name().toString() : alias, dataset, state);
  }

  private Dataset byId(String id, String place, Access access) {
    if (!DatasetId.isDid(id)) {
      throw at(ErrorCode.BAD_ARGUMENT, place, "An id begins with did:odf:");
    }
    return dataset(id, place, access);
  }

  private Dataset dataset(@Nullable String nameOrDid, String place, Access access) {
    String name = nameOrDid == null ? "" : nameOrDid;
    // An owner may stand before a name, as in the statement.
    String own = DatasetId.isDid(name) ? name : name.substring(name.lastIndexOf('/') + 1);
    try {
      // Nothing of a dataset is looked at before it is known that the caller may know it: one that
      // is broken would be told from one that is not there, and any by the time.
      access.require(Scope.QUERY, nameOf(own), null);
      return premises.live().require(own);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.BAD_NAME && DatasetId.isDid(name)) {
        throw at(ErrorCode.BAD_ARGUMENT, place, "This is no id of a dataset").withCause(e);
      }
      if (e.code() == ErrorCode.BAD_NAME || e.code() == ErrorCode.DATASET_NOT_FOUND) {
        throw at(ErrorCode.DATASET_NOT_FOUND, place, "There is no such dataset").withCause(e);
      }
      throw e;
    }
  }

  private DatasetName nameOf(String nameOrDid) {
    return DatasetId.isDid(nameOrDid)
        ? premises.workspace().require(nameOrDid).name()
        : DatasetName.parse(nameOrDid);
  }

  private static ChainState state(Dataset dataset, String hash, String place) {
    Multihash block;
    try {
      block = Multihash.parse(hash);
    } catch (CatchwaterException e) {
      throw at(ErrorCode.BAD_ARGUMENT, place, "This is no hash of a block").withCause(e);
    }
    if (block.code() != Multihash.SHA3_256) {
      throw at(ErrorCode.BAD_ARGUMENT, place, "Hashes of blocks are SHA3-256");
    }
    try {
      return dataset.stateAt(block);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
        throw at(
                ErrorCode.OBJECT_NOT_FOUND,
                place,
                "Dataset " + dataset.name() + " has no such block, or not all of its data")
            .withCause(e);
      }
      throw e;
    }
  }

  private static @Nullable String text(Map<String, Tree> values, String key, String place) {
    Tree value = values.get(key);
    if (value == null || (value instanceof Tree.Literal word && word.spelling().equals("null"))) {
      return null;
    }
    if (value instanceof Tree.Text text) {
      return text.value();
    }
    throw bad("The field `" + place + "." + key + "` is a text");
  }

  private static Refusal bad(String why) {
    return Refusal.of(400, "bad-argument", why);
  }

  private static CatchwaterException at(ErrorCode code, String field, String message) {
    return CatchwaterException.at(code, new Place(null, 0, 0, field), message);
  }

  /// What a statement ran on, as the field would say it. Where no block was given, the rows that
  /// were in no block then are counted beside the head.
  static String seen(SqlResult result) {
    List<Tree> items = new ArrayList<>();
    for (SqlResult.Seen table : result.seen()) {
      items.add(
          new Tree.Fields()
              .put("id", table.id().toString())
              .put("alias", table.name())
              .put("blockHash", table.head().toString())
              .put("rowsBehindBlock", table.rowsBehind()));
    }
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, new Tree.Items(items));
    return text.toString();
  }
}
