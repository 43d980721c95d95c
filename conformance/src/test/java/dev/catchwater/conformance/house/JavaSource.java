package dev.catchwater.conformance.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// One parsed Java file, as far as the tidy rules look into it.
///
/// @param types every type, nested ones too, outer before inner
/// @param methods every method and constructor with a body
/// @param literals every literal
record JavaSource(
    Path file, String text, List<Type> types, List<Method> methods, List<Literal> literals) {

  /// A class, record, interface or enum.
  ///
  /// @param isPublic whether it and everything around it is public
  record Type(String name, boolean isPublic, boolean isNested, boolean hasDoc, int lines) {}

  /// A method with its length from the first line of its declaration to its last.
  record Method(String name, int line, int lines, boolean isOverride, int parameters) {}

  /// A literal as it is written, with the lines it covers.
  record Literal(String text, int line, int lastLine) {}

  static JavaSource parse(Path file) {
    String text = Repository.read(file);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, _ -> {}, List.of("-proc:none"), null, List.of(new Text(file, text)));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      Scanner scanner = new Scanner(DocTrees.instance(task), unit, text);
      scanner.scan(unit, null);
      return new JavaSource(file, text, scanner.types, scanner.methods, scanner.literals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(Path file, String text) {
      super(URI.create("string:///" + file.getFileName()), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final List<Type> types = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();
    private final List<Literal> literals = new ArrayList<>();
    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final LineMap lines;
    private final String text;

    Scanner(DocTrees trees, CompilationUnitTree unit, String text) {
      this.trees = trees;
      this.unit = unit;
      this.lines = unit.getLineMap();
      this.text = text;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
      if (!tree.getSimpleName().isEmpty()) {
        TreePath path = getCurrentPath();
        boolean nested = path.getParentPath().getLeaf() instanceof ClassTree;
        types.add(
            new Type(
                tree.getSimpleName().toString(),
                isPublic(path),
                nested,
                trees.getDocComment(path) != null,
                lastLine(tree) - firstLine(tree) + 1));
      }
      return super.visitClass(tree, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
      if (tree.getBody() != null && start(tree) >= 0) {
        boolean override =
            tree.getModifiers().getAnnotations().stream()
                .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
        int first = firstLine(tree);
        methods.add(
            new Method(
                tree.getName().toString(),
                first,
                lastLine(tree) - first + 1,
                override,
                tree.getParameters().size()));
      }
      return super.visitMethod(tree, null);
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree tree, @Nullable Void unused) {
      int start = (int) start(tree);
      int end = (int) trees.getSourcePositions().getEndPosition(unit, tree);
      if (start >= 0 && end > start) {
        literals.add(new Literal(text.substring(start, end), firstLine(tree), lastLine(tree)));
      }
      return super.visitLiteral(tree, null);
    }

    private boolean isPublic(TreePath path) {
      for (TreePath at = path; at != null; at = at.getParentPath()) {
        if (at.getLeaf() instanceof ClassTree type && !isPublic(at, type)) {
          return false;
        }
        if (at.getLeaf() instanceof MethodTree) {
          return false;
        }
      }
      return true;
    }

    private static boolean isPublic(TreePath path, ClassTree type) {
      ModifiersTree modifiers = type.getModifiers();
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || path.getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE;
    }

    private long start(Tree tree) {
      return trees.getSourcePositions().getStartPosition(unit, tree);
    }

    private int firstLine(Tree tree) {
      return (int) lines.getLineNumber(start(tree));
    }

    private int lastLine(Tree tree) {
      return (int) lines.getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree) - 1);
    }
  }
}
