package dev.catchwater.query.cage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.query.sql.SqlDatabase.Dialect;
import dev.catchwater.query.sql.SqlGate;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.Choice;
import dev.catchwater.query.sql.Steps.Passing;
import dev.catchwater.query.sql.Steps.Step;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What goes over the pipes between a cage and who asks it: a number that both know, then the
/// fields one after the other.
final class CageMessages {
  private static final int ASK = 0x63_77_51_31;
  private static final int OPEN = 0x63_77_4f_31;
  private static final int RUN = 0x63_77_52_31;
  private static final int LOOK = 0x63_77_4c_31;
  private static final int SELECT = 0x63_77_53_31;
  private static final int ANSWER = 0x63_77_41_31;
  private static final int TEXT_SIZE_MAX = 1 << 24;

  private CageMessages() {}

  /// What a cage is told.
  sealed interface Message {}

  /// To check steps, or to run them once; answered with the columns of the result.
  record Ask(Steps.Request request) implements Message {}

  /// To keep an engine for these steps, in place of the one before; answered with whether they look
  /// at one row at a time, and which columns they only hand on.
  record Open(Steps.Request request) implements Message {}

  /// To run the steps of the engine that is kept over the rows that now lie in their file; answered
  /// with the columns of the result.
  ///
  /// @param choice the same each time
  record Run(@Nullable Choice choice) implements Message {}

  /// To look at a statement; answered with what it names. An empty one makes the engine ready.
  ///
  /// @param folder where the engine may put aside what does not fit into memory
  record Look(String sql, SqlLimits limits, Path folder) implements Message {}

  /// To run the statement that was looked at last.
  record Select(SqlPlan plan) implements Message {}

  /// What a cage says.
  ///
  /// @param columns of the result; none of [Open]
  /// @param areRowWise whether the steps look at one row at a time; of [Open] only
  /// @param passing of [Open] only
  /// @param names of [Look] only
  record Answer(
      List<StepColumn> columns,
      boolean areRowWise,
      @Nullable Passing passing,
      SqlGate.@Nullable Request names) {
    Answer(List<StepColumn> columns) {
      this(columns, false, null, null);
    }
  }

  static void write(DataOutputStream out, Message message) throws IOException {
    if (message instanceof Run run) {
      out.writeInt(RUN);
      Choice choice = run.choice();
      out.writeBoolean(choice != null);
      if (choice != null) {
        flags(out, choice.travels());
        flags(out, choice.returns());
      }
    } else if (message instanceof Open open) {
      out.writeInt(OPEN);
      request(out, open.request());
    } else if (message instanceof Ask ask) {
      out.writeInt(ASK);
      request(out, ask.request());
    } else if (message instanceof Look look) {
      out.writeInt(LOOK);
      text(out, look.sql());
      limits(out, look.limits());
      path(out, look.folder());
    } else if (message instanceof Select select) {
      out.writeInt(SELECT);
      plan(out, select.plan());
    }
    out.flush();
  }

  static Message read(DataInputStream in) throws IOException {
    int kind = in.readInt();
    return switch (kind) {
      case ASK -> new Ask(request(in));
      case OPEN -> new Open(request(in));
      case LOOK -> new Look(requiredText(in), limits(in), Path.of(requiredText(in)));
      case SELECT -> new Select(plan(in));
      case RUN -> new Run(in.readBoolean() ? new Choice(flags(in), flags(in)) : null);
      default -> throw new IOException("not a message");
    };
  }

  private static void request(DataOutputStream out, Steps.Request request) throws IOException {
    text(out, request.dialect().name());
    out.writeInt(request.steps().size());
    for (Step step : request.steps()) {
      text(out, step.alias());
      text(out, step.place());
      text(out, step.query());
    }
    List<StepColumn> input = request.input();
    out.writeBoolean(input != null);
    if (input != null) {
      columns(out, input);
    }
    path(out, request.rows());
    path(out, request.result());
    path(out, request.folder());
    limits(out, request.limits());
  }

  private static void limits(DataOutputStream out, SqlLimits limits) throws IOException {
    out.writeLong(limits.memoryBytes());
    out.writeLong(limits.spillBytes());
    out.writeInt(limits.threads());
  }

  private static SqlLimits limits(DataInputStream in) throws IOException {
    return new SqlLimits(in.readLong(), in.readLong(), in.readInt());
  }

  private static void plan(DataOutputStream out, SqlPlan plan) throws IOException {
    text(out, plan.text().source());
    texts(out, plan.functions());
    out.writeInt(plan.views().size());
    for (SqlPlan.View view : plan.views()) {
      text(out, view.name());
      text(out, view.select());
    }
    out.writeInt(plan.files().size());
    for (Path file : plan.files()) {
      path(out, file);
    }
    path(out, plan.result());
    out.writeLong(plan.window().skip());
    out.writeLong(plan.window().limit());
  }

  private static SqlPlan plan(DataInputStream in) throws IOException {
    SqlText text = SqlText.split(null, requiredText(in)).getFirst();
    List<String> functions = texts(in);
    List<SqlPlan.View> views = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      views.add(new SqlPlan.View(requiredText(in), requiredText(in)));
    }
    List<Path> files = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      files.add(Path.of(requiredText(in)));
    }
    return new SqlPlan(
        text,
        Set.copyOf(functions),
        views,
        files,
        Path.of(requiredText(in)),
        new SqlPlan.Window(in.readLong(), in.readLong()));
  }

  private static void texts(DataOutputStream out, Collection<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      texts.add(requiredText(in));
    }
    return texts;
  }

  private static void names(DataOutputStream out, SqlGate.@Nullable Request names)
      throws IOException {
    out.writeBoolean(names != null);
    if (names != null) {
      out.writeInt(names.tables().size());
      for (SqlGate.TableName table : names.tables()) {
        text(out, table.name());
        out.writeLong(table.position());
      }
      texts(out, names.functions());
      out.writeBoolean(names.listsTables());
      out.writeBoolean(names.joins());
    }
  }

  private static SqlGate.@Nullable Request names(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    List<SqlGate.TableName> tables = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      tables.add(new SqlGate.TableName(requiredText(in), in.readLong()));
    }
    return new SqlGate.Request(tables, Set.copyOf(texts(in)), in.readBoolean(), in.readBoolean());
  }

  private static Steps.Request request(DataInputStream in) throws IOException {
    Dialect dialect = Dialect.valueOf(requiredText(in));
    List<Step> steps = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      steps.add(new Step(text(in), requiredText(in), requiredText(in)));
    }
    List<StepColumn> input = in.readBoolean() ? columns(in) : null;
    Path rows = path(in);
    Path result = path(in);
    Path folder = Path.of(requiredText(in));
    return new Steps.Request(dialect, steps, input, rows, result, folder, limits(in));
  }

  static void writeAnswer(DataOutputStream out, Answer answer) throws IOException {
    out.writeInt(ANSWER);
    out.writeBoolean(true);
    columns(out, answer.columns());
    out.writeBoolean(answer.areRowWise());
    Passing passing = answer.passing();
    out.writeBoolean(passing != null);
    if (passing != null) {
      out.writeInt(passing.sources().size());
      for (int source : passing.sources()) {
        out.writeInt(source);
      }
      flags(out, passing.used());
    }
    names(out, answer.names());
    out.flush();
  }

  static void writeFailure(DataOutputStream out, CatchwaterException failure) throws IOException {
    out.writeInt(ANSWER);
    out.writeBoolean(false);
    text(out, failure.code().name());
    text(out, failure.plainMessage());
    text(out, failure.hint());
    Place place = failure.place();
    text(out, place == null ? null : place.file());
    out.writeLong(place == null ? 0 : place.line());
    out.writeLong(place == null ? 0 : place.column());
    out.flush();
  }

  /// What the cage says.
  ///
  /// @throws CatchwaterException what it failed with
  static Answer readAnswer(DataInputStream in) throws IOException {
    if (in.readInt() != ANSWER) {
      throw new IOException("not a message");
    }
    if (in.readBoolean()) {
      return new Answer(
          columns(in), in.readBoolean(), in.readBoolean() ? passing(in) : null, names(in));
    }
    ErrorCode code = ErrorCode.valueOf(requiredText(in));
    CatchwaterException failure = CatchwaterException.of(code, requiredText(in));
    String hint = text(in);
    Place place = new Place(text(in), in.readLong(), in.readLong(), null);
    failure = failure.withPlace(place);
    throw hint == null ? failure : failure.withHint(hint);
  }

  private static void columns(DataOutputStream out, List<StepColumn> columns) throws IOException {
    out.writeInt(columns.size());
    for (StepColumn column : columns) {
      text(out, column.name());
      text(out, column.type());
      out.writeBoolean(column.isRequired());
    }
  }

  private static List<StepColumn> columns(DataInputStream in) throws IOException {
    List<StepColumn> columns = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      columns.add(new StepColumn(requiredText(in), requiredText(in), in.readBoolean()));
    }
    return columns;
  }

  private static Passing passing(DataInputStream in) throws IOException {
    List<Integer> sources = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      sources.add(in.readInt());
    }
    return new Passing(sources, flags(in));
  }

  private static void flags(DataOutputStream out, List<Boolean> flags) throws IOException {
    out.writeInt(flags.size());
    for (boolean flag : flags) {
      out.writeBoolean(flag);
    }
  }

  private static List<Boolean> flags(DataInputStream in) throws IOException {
    List<Boolean> flags = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      flags.add(in.readBoolean());
    }
    return flags;
  }

  private static void path(DataOutputStream out, @Nullable Path path) throws IOException {
    text(out, path == null ? null : path.toString());
  }

  private static @Nullable Path path(DataInputStream in) throws IOException {
    String text = text(in);
    return text == null ? null : Path.of(text);
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size > TEXT_SIZE_MAX) {
      throw new IOException("a text of " + size + " bytes");
    }
    return size < 0 ? null : new String(in.readNBytes(size), StandardCharsets.UTF_8);
  }

  private static String requiredText(DataInputStream in) throws IOException {
    String text = text(in);
    if (text == null) {
      throw new IOException("a text is missing");
    }
    return text;
  }
}
