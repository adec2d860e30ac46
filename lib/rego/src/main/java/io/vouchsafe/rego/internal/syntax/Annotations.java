package io.vouchsafe.rego.internal.syntax;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `# METADATA` comments: YAML in the lines of a comment.
public final class Annotations {
  private static final String MARK = "METADATA";

  private Annotations() {}

  /// An annotation.
  ///
  /// @param scope such as `rule`, `document`, `package`, `subpackages`
  /// @param rule that it stands before; absent for a package
  public record Annotation(String scope, Optional<Rule> rule, ObjectValue value) {}

  /// The annotations of a module.
  ///
  /// @throws RegoException if one cannot be read
  public static List<Annotation> of(Module module) throws RegoException {
    List<Annotation> all = new ArrayList<>();
    List<Module.Comment> comments = module.comments();
    int at = 0;
    while (at < comments.size()) {
      Module.Comment first = comments.get(at++);
      if (!first.text().strip().equals(MARK)) {
        continue;
      }
      StringBuilder yaml = new StringBuilder();
      int line = first.line();
      while (at < comments.size()
          && comments.get(at).line() == line + 1
          && comments.get(at).column() == first.column()) {
        String text = comments.get(at++).text();
        yaml.append(text.startsWith(" ") ? text.substring(1) : text).append('\n');
        line++;
      }
      Position position = new Position(module.source(), first.line(), first.column());
      all.add(annotation(module, read(yaml.toString(), position), line));
    }
    return all;
  }

  /// Puts an annotation to what follows it.
  private static Annotation annotation(Module module, ObjectValue value, int line) {
    Optional<Rule> rule = Optional.empty();
    if (module.position().line() <= line) {
      rule = module.rules().stream().filter(one -> one.position().line() > line).findFirst();
    }
    String scope =
        value.get("scope") instanceof StringValue text
            ? text.text()
            : rule.isPresent() ? "rule" : "package";
    ObjectValue whole = value.with(StringValue.of("scope"), StringValue.of(scope));
    return new Annotation(scope, rule, whole);
  }

  private static ObjectValue read(String yaml, Position position) throws RegoException {
    String problem = "it is no object";
    try {
      if (YamlReader.read(yaml) instanceof ObjectValue object) {
        return normal(object);
      }
    } catch (YamlReader.YamlException e) {
      problem = String.valueOf(e.getMessage());
    }
    throw new RegoException(
        RegoException.Code.PARSE,
        Optional.of(position),
        "metadata that cannot be read: " + problem,
        "the comment holds YAML: # title: ...");
  }

  private static ObjectValue normal(ObjectValue object) {
    ObjectValue.Builder builder = object.toBuilder();
    if (object.get("authors") instanceof ArrayValue authors) {
      builder.put("authors", each(authors, Annotations::author));
    }
    if (object.get("related_resources") instanceof ArrayValue resources) {
      builder.put("related_resources", each(resources, text -> one("ref", text)));
    }
    return builder.build();
  }

  private interface Reading {
    Value of(String text);
  }

  private static ArrayValue each(ArrayValue items, Reading reading) {
    List<Value> read = new ArrayList<>();
    for (Value item : items.items()) {
      read.add(item instanceof StringValue text ? reading.of(text.text()) : item);
    }
    return ArrayValue.of(read);
  }

  private static Value one(String name, String text) {
    return new ObjectValue.Builder().put(name, StringValue.of(text)).build();
  }

  /// `Jane Doe <jane@example.com>`
  private static Value author(String text) {
    int open = text.lastIndexOf('<');
    if (open < 0 || !text.endsWith(">")) {
      return one("name", text);
    }
    String mail = text.substring(open + 1, text.length() - 1);
    ObjectValue.Builder author = new ObjectValue.Builder().put("email", StringValue.of(mail));
    String name = text.substring(0, open).strip();
    return (name.isEmpty() ? author : author.put("name", StringValue.of(name))).build();
  }
}
