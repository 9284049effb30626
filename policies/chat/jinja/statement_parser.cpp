#include <initializer_list>

#include "policies/chat/jinja/expression_parser.h"
#include "policies/chat/jinja/syntax.h"

namespace hone::policies::jinja {
namespace {

using Conditional = ExpressionParser::Conditional;

class StatementParser {
 public:
  explicit StatementParser(std::string_view source) : in_(tokens_of(source)) {}

  /// Everything up to a tag that begins with one of `ends`, whose name is the next token; up to the template's end
  /// where there are none.
  Block body(std::initializer_list<std::string_view> ends) {
    const ExpressionParser::Level level(in_);
    Block block;
    while (in_.now().kind != TokenKind::kEnd) {
      const auto token = in_.take();
      if (token.kind == TokenKind::kData) {
        block.push_back(begin(StatementKind::kData, token.line));
        block.back().data = trusted_text(token.text);
      } else if (token.kind == TokenKind::kVariableBegin) {
        block.push_back(begin(StatementKind::kOutput, token.line));
        block.back().parts.push_back(in_.tuple());
        expect(TokenKind::kVariableEnd, "}}");
      } else {
        for (const auto end : ends) {
          if (in_.at_name(end)) return block;
        }
        block.push_back(tag());
      }
    }
    if (ends.size() > 0) in_.fail_here("{% " + std::string(*(ends.end() - 1)) + " %}");
    return block;
  }

 private:
  static Statement begin(StatementKind kind, int line) {
    Statement statement;
    statement.kind = kind;
    statement.line = line;
    return statement;
  }

  void expect(TokenKind kind, std::string_view shown) {
    if (in_.now().kind != kind) in_.fail_here("\"" + std::string(shown) + "\"");
    in_.take();
  }

  Block closed_body(std::string_view end) {
    expect(TokenKind::kBlockEnd, "%}");
    auto block = body({end});
    in_.take();
    expect(TokenKind::kBlockEnd, "%}");
    return block;
  }

  Statement tag() {
    const auto line = in_.now().line;
    const auto name = in_.expect_name();
    if (name == "if") return condition(line);
    if (name == "for") return loop(line);
    if (name == "set") return assignment(line);
    if (name == "macro" || name == "call") return macro(name, line);
    if (name == "break" || name == "continue") {
      if (loops_ == 0) throw Failure("{% " + name + " %} stands outside of a loop", line);
      expect(TokenKind::kBlockEnd, "%}");
      return begin(name == "break" ? StatementKind::kBreak : StatementKind::kContinue, line);
    }
    if (name == "with") return with(line);
    if (name == "generation") {
      auto statement = begin(StatementKind::kGeneration, line);
      statement.blocks.push_back(closed_body("endgeneration"));
      return statement;
    }
    if (name == "filter") {
      auto statement = begin(StatementKind::kFilterBlock, line);
      statement.parts.push_back(in_.filters_of_block());
      statement.blocks.push_back(closed_body("endfilter"));
      return statement;
    }
    throw Failure("the tag {% " + name + " %} is not supported", line);
  }

  Statement condition(int line) {
    auto statement = begin(StatementKind::kIf, line);
    while (true) {
      statement.parts.push_back(in_.tuple(Conditional::kNotAllowed));
      expect(TokenKind::kBlockEnd, "%}");
      statement.blocks.push_back(body({"elif", "else", "endif"}));
      const auto end = in_.take().text;
      if (end == "elif") continue;
      if (end == "else") {
        statement.blocks.push_back(closed_body("endif"));
      } else {
        expect(TokenKind::kBlockEnd, "%}");
      }
      return statement;
    }
  }

  Statement loop(int line) {
    auto statement = begin(StatementKind::kFor, line);
    statement.targets.push_back(in_.target());
    if (!in_.skip_name("in")) in_.fail_here("\"in\"");
    statement.parts.push_back(in_.tuple(Conditional::kNotAllowed));
    statement.parts.push_back(in_.skip_name("if") ? in_.expression() : nullptr);
    if (in_.at_name("recursive")) throw Failure("recursive loops are not supported", line);
    expect(TokenKind::kBlockEnd, "%}");
    ++loops_;
    statement.blocks.push_back(body({"else", "endfor"}));
    --loops_;
    if (in_.take().text == "else") {
      statement.blocks.push_back(closed_body("endfor"));
    } else {
      expect(TokenKind::kBlockEnd, "%}");
    }
    return statement;
  }

  Statement assignment(int line) {
    auto statement = begin(StatementKind::kSet, line);
    statement.targets.push_back(in_.target());
    if (in_.skip_operator("=")) {
      statement.parts.push_back(in_.tuple());
      expect(TokenKind::kBlockEnd, "%}");
      return statement;
    }
    statement.kind = StatementKind::kSetBlock;
    statement.parts.push_back(in_.skip_operator("|") ? in_.filters_of_block() : nullptr);
    statement.blocks.push_back(closed_body("endset"));
    return statement;
  }

  void parameters(Statement& statement) {
    in_.expect_operator("(");
    while (!in_.at_operator(")")) {
      if (!statement.names.empty()) in_.expect_operator(",");
      statement.names.push_back(in_.expect_name());
      if (in_.skip_operator("=")) {
        statement.parts.push_back(in_.expression());
      } else if (statement.parts.size() > (statement.kind == StatementKind::kCallBlock ? 1U : 0U)) {
        in_.fail_here("a default, as the parameter before has one");
      }
    }
    in_.take();
  }

  Statement macro(const std::string& tag, int line) {
    const bool is_call = tag == "call";
    auto statement = begin(is_call ? StatementKind::kCallBlock : StatementKind::kMacro, line);
    statement.name = is_call ? "caller" : in_.expect_name();
    if (is_call) statement.parts.push_back(nullptr);
    if (!is_call || in_.at_operator("(")) parameters(statement);
    if (is_call) {
      statement.parts[0] = in_.expression();
      if (statement.parts[0]->kind != ExpressionKind::kCall) throw Failure("{% call %} needs a call", line);
    }
    const auto loops = std::exchange(loops_, 0);
    statement.blocks.push_back(closed_body(is_call ? "endcall" : "endmacro"));
    loops_ = loops;
    return statement;
  }

  Statement with(int line) {
    auto statement = begin(StatementKind::kWith, line);
    while (in_.now().kind != TokenKind::kBlockEnd) {
      if (!statement.targets.empty()) in_.expect_operator(",");
      statement.targets.push_back(in_.target());
      in_.expect_operator("=");
      statement.parts.push_back(in_.expression());
    }
    statement.blocks.push_back(closed_body("endwith"));
    return statement;
  }

  ExpressionParser in_;
  int loops_ = 0;
};

}  // namespace

Block parse(std::string_view source) {
  if (source.size() > kMaxTextBytes / 16) throw Failure("a template has more than 1 MiB", 1);
  return StatementParser(source).body({});
}

}  // namespace hone::policies::jinja
