/* parser: tokens to tree, one call an action. The productions are the language's reference:
 * a file, its declarations, a category's clauses, deployments and tests, and last the
 * expressions, which are CEL (cel-spec, langdef "Syntax").
 *
 * A word of the language is a name only where one is declared (dname) and after a dot. Lists
 * are left-recursive. RESUME is no text: the lexer gives it once after an error, where
 * reading goes on (resume.h): every list whose elements can be skipped has "error RESUME". */
%define api.pure full
%define api.prefix {tn_yy}
%define api.token.prefix {TN_TOK_}
%define api.location.type {tn_span}
%define parse.error custom
%define parse.lac full
%param {tn_parse *p}
%locations
%expect 0

%code requires {
#include "interp/syntax/ast_build.h"
}

%code {
#include "interp/syntax/lex.h"
#include "interp/syntax/mistakes.h"

#undef yylex
#define yylex(value, at, p) tn_lex(value, at, (p)->lexer)

/* From the first part that has text to the last; a rule without text stands behind what was
 * before it. */
static tn_span span_of_parts(const tn_span *parts, int count)
{
    if (count == 0)
        return (tn_span){parts[0].file, parts[0].end, parts[0].end};
    int first = 1, last = count;
    while (first < last && parts[first].start == parts[first].end)
        first++;
    while (last > first && parts[last].start == parts[last].end)
        last--;
    return (tn_span){parts[first].file, parts[first].start, parts[last].end};
}

#define YYLLOC_DEFAULT(whole, parts, count) ((whole) = span_of_parts((parts), (count)))

static void tn_yyerror(const tn_span *at, tn_parse *p, const char *text);
}

%union {
    tn_name name;
    tn_text text;
    tn_title title;
    tn_unit unit;
    tn_operator op;
    bool flag;
    tn_span span;
    tn_reach reach;
    tn_timing timing;
    tn_path *path;
    tn_term *term;
    tn_type_name *type;
    tn_mark *mark;
    tn_mark_arg *mark_arg;
    tn_expr *expr;
    tn_point *point;
    tn_anchor *anchor;
    tn_tail *tail;
    tn_field *field;
    tn_placement *placement;
    tn_item *item;
    tn_mapping *mapping;
    tn_target *target;
    tn_test_item *test_item;
    tn_entity_item *entity_item;
    tn_row *row;
    tn_of *of;
    tn_decl *decl;
    tn_path_list paths;
    tn_term_list terms;
    tn_type_name_list types;
    tn_mark_list marks;
    tn_mark_arg_list mark_args;
    tn_expr_list exprs;
    tn_point_list points;
    tn_tail_list tails;
    tn_field_list fields;
    tn_role_list roles;
    tn_placement_list placements;
    tn_item_list items;
    tn_mapping_list mappings;
    tn_target_list targets;
    tn_test_item_list test_items;
    tn_entity_item_list entity_items;
    tn_row_list rows;
    tn_of_list ofs;
    tn_decl_list decls;
}

/* what to read; where reading goes on after an error: at an element of a list, or at the
   brace behind the head of a declaration */
%token READ_FILE READ_EXPRESSION RESUME RESUME_BRACE

/* the end of the text; bison gives up when an error is at the end of its input */
%token TEXT_END

%token <name> IDENT QNAME
%token <text> INT INT_MIN UINT FLOAT STRING BYTES
%token TRUE "true" FALSE "false" NULL_WORD "null"
%token LOGICAL_AND "&&" LOGICAL_OR "||" EQUAL "==" NOT_EQUAL "!=" LESS_EQUAL "<="
       GREATER_EQUAL ">=" IN "in"

/* the words of the language: grammar/words.def has the same */
%token <name> UNIT
%token <name> ABSENT "absent" AFTER "after" AND "and" AS "as" AT "at" ATTRIBUTE "attribute"
  BASIS "basis" BECAUSE "because" BIND "bind" BY "by" CATEGORY "category"
  CONDITION "condition" COUNT "count" DECLARE "declare" DEFAULT "default" DELETE "delete"
  DEPLOYMENT "deployment" DIGEST "digest" EARLIEST "earliest" END "end" ENTITY "entity"
  ENV "env" EVENT "event" EVERY "every" EXPECT "expect" EXPIRES "expires"
  EXTENDS "extends" EXTERNAL "external" FEEDS "feeds" FIELDS "fields" FLAG "flag" FOR "for" FROM "from"
  GRACE "grace" HOLD "hold" IMMEDIATELY "immediately" IMPORT "import"
  INDEFINITELY "indefinitely" KEY "key" LATEST "latest" LEAST "least" LOCAL "local"
  MODULE "module" MOST "most" OF "of" ON "on" OPTIONAL "optional" OVERRIDES "overrides"
  PERIOD "period" PURPOSE "purpose" RECORD "record" REDACT "redact" REQUIRE "require" RETAIN "retain"
  RETENTION "retention" SPECIFIED "specified" STORE "store" STORED "stored"
  STRICT "strict" SUBJECT "subject" SUNDAY "sunday" TABLE "table" TEST "test" THEN "then"
  TO "to" UNDER "under" UNLESS "unless" UNMANAGED "unmanaged" UNTIL "until"
  UPDATED "updated" WHEN "when" WHERE "where" WHOLE "whole" WITHIN "within" ZONE "zone"

%type <name> name dname soft soft_plain mname verdict reason encoding
%type <text> title_text digest_part number
%type <title> title
%type <unit> unit
%type <flag> strict_part
%type <reach> reach
%type <timing> then_delete timing delay
%type <path> path as_specified under_basis
%type <term> term period
%type <terms> terms
%type <type> type
%type <types> types
%type <mark> mark
%type <marks> marks
%type <mark_arg> mark_arg
%type <mark_args> mark_args
%type <point> point
%type <points> points
%type <anchor> anchor
%type <tail> tail
%type <tails> tails
%type <field> field
%type <fields> fields
%type <roles> roles
%type <placement> placement
%type <placements> placements
%type <item> clause head
%type <items> clauses
%type <mapping> mapping
%type <mappings> mappings mappings_opt
%type <target> target
%type <targets> targets
%type <test_item> test_item
%type <test_items> test_items
%type <entity_item> entity_item
%type <entity_items> entity_items
%type <row> row
%type <rows> rows
%type <of> owner
%type <ofs> owners owners_opt
%type <decl> declaration
%type <decls> declarations
%type <paths> parts paths feeds
%type <expr> expr binary unary member literal element entry
%type <expr> redact_to requirement where_part absent_part
%type <exprs> nots minuses arguments arguments_opt elements elements_opt entries entries_opt

/* of expressions, the least first */
%left "||"
%left "&&"
%left '<' "<=" '>' ">=" "==" "!=" IN
%left '+' '-'
%left '*' '/' '%'

%%

start
    : READ_FILE file TEXT_END
    | READ_EXPRESSION expr TEXT_END        { p->expr = $2; }
    ;

/* --- a file */

file
    : MODULE path title_text declarations
        { tn_ast_file(p, &(tn_file){.name = $2, .title = $3, .decls = $4.first, .at = @$}); }
    | DEPLOYMENT path OF paths declarations
        { tn_ast_file(p, &(tn_file){.is_deployment = true, .name = $2, .of = $4.first,
                                    .decls = $5.first, .at = @$}); }
    | broken_head declarations
        { tn_ast_file(p, &(tn_file){.decls = $2.first, .at = @$}); }
    ;

broken_head
    : error RESUME                         { yyerrok; }
    ;

declarations
    : %empty                               { $$ = (tn_decl_list){0}; }
    | declarations declaration             { $$ = tn_decl_append($1, $2); }
    | declarations error RESUME            { $$ = $1; yyerrok; }
    ;

title
    : dname title_text                     { $$ = (tn_title){$1, $2}; }
    ;

title_text
    : %empty                               { $$ = (tn_text){0}; }
    | STRING
    ;

declaration
    : EXTENDS path digest_part
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_EXTENDS, .at = @$, .word_at = @1,
                                         .paths = $2, .digest = $3}); }
    | SUBJECT TO path digest_part
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_SUBJECT, .at = @$,
                                         .word_at = tn_span_join(@1, @2), .paths = $3,
                                         .digest = $4}); }
    | IMPORT paths
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_IMPORT, .at = @$, .word_at = @1,
                                         .paths = $2.first}); }
    | UPDATED STRING
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_UPDATED, .at = @$, .word_at = @1,
                                         .text = $2}); }
    | ZONE STRING
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_ZONE, .at = @$, .word_at = @1,
                                         .text = $2}); }
    | EXTERNAL STRING
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_EXTERNAL, .at = @$, .word_at = @1,
                                         .text = $2}); }
    | COUNT WHOLE unit
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_COUNT, .at = @$,
                                         .word_at = tn_span_join(@1, @2), .unit = $3}); }
    | GRACE period
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_GRACE, .at = @$, .word_at = @1,
                                         .period = $2}); }
    | DECLARE dname STRING
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_DECLARE, .at = @$, .word_at = @1,
                                         .name = $2, .text = $3}); }
    | DECLARE dname as_specified
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_DECLARE, .at = @$, .word_at = @1,
                                         .name = $2, .reference = $3}); }
    | PURPOSE dname STRING
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_PURPOSE, .at = @$, .word_at = @1,
                                         .name = $2, .text = $3}); }
    | BASIS dname STRING under_basis
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_BASIS, .at = @$, .word_at = @1,
                                         .name = $2, .text = $3, .reference = $4}); }
    | PERIOD title '=' period
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_PERIOD, .at = @$, .word_at = @1,
                                         .name = $2.name, .text = $2.text,
                                         .period = $4}); }
    | ENTITY title '{' entity_items '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_ENTITY, .at = @$, .word_at = @1,
                                         .name = $2.name, .text = $2.text,
                                         .entity_items = $4.first}); }
    | TABLE title BY dname '{' rows '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_TABLE, .at = @$, .word_at = @1,
                                         .name = $2.name, .text = $2.text, .by = $4,
                                         .rows = $6.first}); }
    | CATEGORY title owners_opt marks '{' clauses '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_CATEGORY, .at = @$, .word_at = @1,
                                         .name = $2.name, .text = $2.text, .of = $3.first,
                                         .marks = $4.first, .items = $6.first}); }
    | EVERY CATEGORY '{' clauses '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_EVERY, .at = @$,
                                         .word_at = tn_span_join(@1, @2),
                                         .items = $4.first}); }
    | CONDITION title ON path requirement
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_CONDITION, .at = @$, .word_at = @1,
                                         .name = $2.name, .text = $2.text, .paths = $4,
                                         .require = $5}); }
    | TEST STRING '{' test_items '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_TEST, .at = @$, .word_at = @1,
                                         .text = $2, .test_items = $4.first}); }
    | STORE dname '=' name STRING feeds
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_STORE, .at = @$, .word_at = @1,
                                         .name = $2, .store_kind = $4, .text = $5,
                                         .paths = $6.first}); }
    | STORE dname '=' name ENV name feeds
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_STORE, .at = @$, .word_at = @1,
                                         .name = $2, .store_kind = $4, .env = $6,
                                         .paths = $7.first}); }
    | STORE dname '=' name name ENV name name ENV name feeds
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_STORE, .at = @$, .word_at = @1,
                                         .name = $2, .store_kind = $4, .read_word = $5,
                                         .env = $7, .write_word = $8, .write_env = $10,
                                         .paths = $11.first}); }
    | ENTITY path FROM name dname STRING KEY dname '{' mappings '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_FACTS, .at = @$, .word_at = @1,
                                         .paths = $2, .store_kind = $4, .noun = $5,
                                         .object = $6, .key = $8, .maps = $10.first}); }
    | BIND path '{' targets '}'
        { $$ = tn_ast_decl(p, &(tn_decl){.kind = TN_DECL_BIND, .at = @$, .word_at = @1,
                                         .paths = $2, .targets = $4.first}); }
    | broken_declaration                   { $$ = NULL; }
    ;

/* The head is wrong; its block is read all the same, for the errors in it. */
broken_declaration
    : ENTITY error broken_entity
    | TABLE error broken_table
    | CATEGORY error broken_category
    | EVERY error broken_category
    | TEST error broken_test
    | BIND error broken_bind
    ;

resume
    : RESUME                               { yyerrok; }
    ;

resume_brace
    : RESUME_BRACE '{'                     { yyerrok; }
    ;

broken_entity
    : resume
    | resume_brace entity_items '}'        { (void)$2; }
    ;

broken_table
    : resume
    | resume_brace rows '}'                { (void)$2; }
    ;

broken_category
    : resume
    | resume_brace clauses '}'             { (void)$2; }
    ;

broken_test
    : resume
    | resume_brace test_items '}'          { (void)$2; }
    ;

broken_bind
    : resume
    | resume_brace targets '}'             { (void)$2; }
    ;

digest_part
    : %empty                               { $$ = (tn_text){0}; }
    | DIGEST STRING                        { $$ = $2; }
    ;

as_specified
    : AS SPECIFIED IN path                 { $$ = $4; }
    ;

under_basis
    : %empty                               { $$ = NULL; }
    | UNDER path                           { $$ = $2; }
    ;

requirement
    : %empty                               { $$ = NULL; }
    | REQUIRE expr                         { $$ = $2; }
    ;

/* --- entities and tables */

entity_items
    : %empty                               { $$ = (tn_entity_item_list){0}; }
    | entity_items entity_item             { $$ = tn_entity_item_append($1, $2); }
    | entity_items error RESUME            { $$ = $1; yyerrok; }
    ;

entity_item
    : EVENT dname title_text marks
        { $$ = tn_ast_entity_item(p, &(tn_entity_item){.is_event = true, .name = $2,
                                                       .label = $3, .marks = $4.first,
                                                       .at = @$}); }
    | ATTRIBUTE dname ':' type title_text
        { $$ = tn_ast_entity_item(p, &(tn_entity_item){.name = $2, .type = $4, .label = $5,
                                                       .at = @$}); }
    ;

rows
    : %empty                               { $$ = (tn_row_list){0}; }
    | rows row                             { $$ = tn_row_append($1, $2); }
    | rows error RESUME                    { $$ = $1; yyerrok; }
    ;

row
    : STRING ':' expr     { $$ = tn_ast_row(p, &(tn_row){.key = $1, .value = $3, .at = @$}); }
    | DEFAULT expr        { $$ = tn_ast_row(p, &(tn_row){.value = $2, .at = @$}); }
    ;

/* --- categories */

owners_opt
    : %empty                               { $$ = (tn_of_list){0}; }
    | OF owners                            { $$ = $2; }
    ;

owners
    : owner                                { $$ = tn_of_append((tn_of_list){0}, $1); }
    | owners ',' owner                     { $$ = tn_of_append($1, $3); }
    ;

owner
    : path                                 { $$ = tn_ast_of(p, $1, false); }
    | path OPTIONAL                        { $$ = tn_ast_of(p, $1, true); }
    ;

clauses
    : %empty                               { $$ = (tn_item_list){0}; }
    | clauses clause                       { $$ = tn_item_append($1, $2); }
    | clauses error RESUME                 { $$ = $1; yyerrok; }
    ;

clause
    : head tails                           { $$ = tn_ast_clause($1, $2, @$); }
    | FIELDS strict_part '{' fields '}'
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_FIELDS, .at = @$, .word_at = @1,
                                         .strict = $2, .fields = $4.first}); }
    | PURPOSE paths
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_PURPOSE, .at = @$, .word_at = @1,
                                         .paths = $2.first}); }
    | BASIS paths
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_BASIS, .at = @$, .word_at = @1,
                                         .paths = $2.first}); }
    | BASIS as_specified
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_BASIS, .at = @$, .word_at = @1,
                                         .specified_in = $2}); }
    | STORED IN placements
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_STORED, .at = @$,
                                         .word_at = tn_span_join(@1, @2),
                                         .placements = $3.first}); }
    | OVERRIDES RETENTION tail
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_OVERRIDES, .at = @$,
                                         .word_at = tn_span_join(@1, @2), .tail = $3}); }
    ;

/* the part of a clause before when, unless and because */
head
    : RETAIN reach then_delete
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_RETAIN_PERIOD, .at = @$,
                                         .word_at = @1, .period = $2.period,
                                         .anchor = $2.anchor, .timing = $3}); }
    | RETAIN UNTIL path then_delete
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_RETAIN_UNTIL, .at = @$,
                                         .word_at = tn_span_join(@1, @2), .event = $3,
                                         .timing = $4}); }
    | RETAIN INDEFINITELY
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_RETAIN_INDEFINITELY, .at = @$,
                                         .word_at = @$}); }
    | RETAIN AT LEAST reach
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_DUTY_PERIOD, .at = @$,
                                         .word_at = tn_span_join(@1, @3),
                                         .period = $4.period, .anchor = $4.anchor}); }
    | RETAIN AT LEAST UNTIL path
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_DUTY_UNTIL, .at = @$,
                                         .word_at = tn_span_join(@1, @4), .event = $5}); }
    | RETAIN AT MOST reach
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_LIMIT, .at = @$,
                                         .word_at = tn_span_join(@1, @3),
                                         .period = $4.period, .anchor = $4.anchor}); }
    | ON path DELETE timing
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_ON, .at = @$, .word_at = @1,
                                         .event = $2,
                                         .timing = tn_ast_timing($4, @3, @$)}); }
    | REDACT paths redact_to AFTER reach
        { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_REDACT, .at = @$, .word_at = @1,
                                         .paths = $2.first, .to = $3, .period = $5.period,
                                         .anchor = $5.anchor}); }
    | FLAG  { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_FLAG, .at = @$, .word_at = @1}); }
    | HOLD  { $$ = tn_ast_item(p, &(tn_item){.kind = TN_ITEM_HOLD, .at = @$, .word_at = @1}); }
    ;

tails
    : %empty                               { $$ = (tn_tail_list){0}; }
    | tails tail                           { $$ = tn_tail_append($1, $2); }
    ;

tail
    : WHEN expr
        { $$ = tn_ast_tail(p, &(tn_tail){.kind = TN_TAIL_WHEN, .guard = $2, .at = @$}); }
    | UNLESS expr
        { $$ = tn_ast_tail(p, &(tn_tail){.kind = TN_TAIL_UNLESS, .guard = $2, .at = @$}); }
    | BECAUSE STRING
        { $$ = tn_ast_tail(p, &(tn_tail){.kind = TN_TAIL_BECAUSE, .why = $2, .at = @$}); }
    ;

strict_part
    : %empty                               { $$ = false; }
    | STRICT                               { $$ = true; }
    ;

fields
    : %empty                               { $$ = (tn_field_list){0}; }
    | fields field                         { $$ = tn_field_append($1, $2); }
    | fields error RESUME                  { $$ = $1; yyerrok; }
    ;

field
    : dname ':' type marks title_text
        { $$ = tn_ast_field(p, &(tn_field){.name = $1, .type = $3, .marks = $4.first,
                                           .label = $5, .at = @$}); }
    ;

type
    : name
        { $$ = tn_ast_type(p, &(tn_type_name){.name = $1, .at = @$}); }
    | EVENT
        { $$ = tn_ast_type(p, &(tn_type_name){.name = $1, .at = @$}); }
    | name '<' types '>'
        { $$ = tn_ast_type(p, &(tn_type_name){.name = $1, .params = $3.first, .at = @$}); }
    ;

types
    : type                                 { $$ = tn_type_name_append((tn_type_name_list){0}, $1); }
    | types ',' type                       { $$ = tn_type_name_append($1, $3); }
    ;

marks
    : %empty                               { $$ = (tn_mark_list){0}; }
    | marks mark                           { $$ = tn_mark_append($1, $2); }
    ;

mark
    : '@' dname
        { $$ = tn_ast_mark(p, &(tn_mark){.name = $2, .at = @$}); }
    | '@' dname '(' mark_args ')'
        { $$ = tn_ast_mark(p, &(tn_mark){.name = $2, .args = $4.first, .at = @$}); }
    ;

mark_args
    : mark_arg                             { $$ = tn_mark_arg_append((tn_mark_arg_list){0}, $1); }
    | mark_args ',' mark_arg               { $$ = tn_mark_arg_append($1, $3); }
    ;

mark_arg
    : STRING                               { $$ = tn_ast_mark_arg(p, &(tn_mark_arg){.value = $1}); }
    | name STRING
        { $$ = tn_ast_mark_arg(p, &(tn_mark_arg){.word = $1, .value = $2}); }
    ;

placements
    : placement                            { $$ = tn_placement_append((tn_placement_list){0}, $1); }
    | placements ',' placement             { $$ = tn_placement_append($1, $3); }
    ;

placement
    : path AS roles
        { $$ = tn_ast_placement(p, &(tn_placement){.store = $1, .roles = $3.first, .at = @$}); }
    | path AS roles FOR AT MOST period
        { $$ = tn_ast_placement(p, &(tn_placement){.store = $1, .roles = $3.first,
                                                   .at_most = $7, .at = @$}); }
    ;

roles
    : name
        { $$ = tn_role_append((tn_role_list){0}, tn_ast_role(p, $1)); }
    | roles AND name                       { $$ = tn_role_append($1, tn_ast_role(p, $3)); }
    ;

/* --- time */

reach
    : period FROM anchor                   { $$ = (tn_reach){$1, $3}; }
    ;

period
    : terms                                { $$ = $1.first; }
    ;

terms
    : term                                 { $$ = tn_term_append((tn_term_list){0}, $1); }
    | terms '+' term                       { $$ = tn_term_append($1, $3); }
    ;

term
    : number UNIT                          { $$ = tn_ast_term(p, $1, $2, @$); }
    | path                                 { $$ = tn_ast_named_term(p, $1); }
    ;

number
    : INT
    | INT_MIN
    ;

unit
    : UNIT                                 { $$ = tn_ast_unit($1); }
    ;

anchor
    : point
        { $$ = tn_ast_anchor(p, &(tn_anchor){.point = $1, .at = @$}); }
    | END OF unit OF point
        { $$ = tn_ast_anchor(p, &(tn_anchor){.has_end_of = true, .unit = $3, .unit_at = @3,
                                             .point = $5, .at = @$}); }
    | END OF SUNDAY unit OF point
        { $$ = tn_ast_anchor(p, &(tn_anchor){.has_end_of = true, .sunday = true, .unit = $4,
                                             .unit_at = @4, .point = $6, .at = @$}); }
    ;

point
    : path
        { $$ = tn_ast_point(p, &(tn_point){.kind = TN_POINT_PATH, .path = $1, .at = @$}); }
    | LATEST OF '(' points ')'
        { $$ = tn_ast_point(p, &(tn_point){.kind = TN_POINT_LATEST, .members = $4.first,
                                           .at = @$}); }
    | EARLIEST OF '(' points ')'
        { $$ = tn_ast_point(p, &(tn_point){.kind = TN_POINT_EARLIEST, .members = $4.first,
                                           .at = @$}); }
    ;

points
    : point                                { $$ = tn_point_append((tn_point_list){0}, $1); }
    | points ',' point                     { $$ = tn_point_append($1, $3); }
    ;

then_delete
    : %empty                               { $$ = (tn_timing){0}; }
    | THEN DELETE timing                   { $$ = tn_ast_timing($3, @2, @$); }
    ;

timing
    : delay
    | IMMEDIATELY delay                    { $$ = $2; $$.immediately = true; }
    ;
delay
    : %empty                               { $$ = (tn_timing){0}; }
    | AFTER period                         { $$ = (tn_timing){.after = $2}; }
    | WITHIN period                        { $$ = (tn_timing){.within = $2}; }
    | AFTER period WITHIN period           { $$ = (tn_timing){.after = $2, .within = $4}; }
    ;

redact_to
    : %empty                               { $$ = NULL; }
    | TO expr                              { $$ = $2; }
    ;

/* --- deployments */

feeds
    : %empty                               { $$ = (tn_path_list){0}; }
    | FEEDS paths                          { $$ = $2; }
    ;

mappings
    : %empty                               { $$ = (tn_mapping_list){0}; }
    | mappings mapping                     { $$ = tn_mapping_append($1, $2); }
    | mappings error RESUME                { $$ = $1; yyerrok; }
    ;

mapping
    : mname '=' expr encoding absent_part
        { $$ = tn_ast_mapping(p, &(tn_mapping){.name = $1, .value = $3, .encoding = $4,
                                               .absent = $5, .at = @$}); }
    | mname '=' expr AS LOCAL STRING absent_part
        { $$ = tn_ast_mapping(p, &(tn_mapping){.name = $1, .value = $3, .encoding = $5,
                                               .zone = $6, .absent = $7, .at = @$}); }
    ;

mname
    : name
    | soft_plain
    ;

encoding
    : %empty                               { $$ = (tn_name){0}; }
    | AS name                              { $$ = $2; }
    ;

absent_part
    : %empty                               { $$ = NULL; }
    | ABSENT literal                       { $$ = $2; }
    | ABSENT minuses literal               { $$ = tn_ast_signs(p, $2, $3); }
    ;

mappings_opt
    : %empty                               { $$ = (tn_mapping_list){0}; }
    | '{' mappings '}'                     { $$ = $2; }
    ;

targets
    : %empty                               { $$ = (tn_target_list){0}; }
    | targets target                       { $$ = tn_target_append($1, $2); }
    | targets error RESUME                 { $$ = $1; yyerrok; }
    ;

target
    : path AS roles TO name dname STRING where_part mappings_opt
        { $$ = tn_ast_target(p, &(tn_target){.placement = $1, .roles = $3.first, .store = $5,
                                             .noun = $6, .object = $7, .where = $8,
                                             .has_maps = @9.start < @9.end,
                                             .maps = $9.first, .at = @$}); }
    | path AS roles UNMANAGED STRING EXPIRES period
        { $$ = tn_ast_target(p, &(tn_target){.placement = $1, .roles = $3.first,
                                             .unmanaged = true, .object = $5, .expires = $7,
                                             .at = @$}); }
    ;

where_part
    : %empty                               { $$ = NULL; }
    | WHERE '(' expr ')'                   { $$ = $3; }
    ;

/* --- tests */

test_items
    : %empty                               { $$ = (tn_test_item_list){0}; }
    | test_items test_item                 { $$ = tn_test_item_append($1, $2); }
    | test_items error RESUME              { $$ = $1; yyerrok; }
    ;

test_item
    : AT STRING
        { $$ = tn_ast_test_item(p, &(tn_test_item){.kind = TN_TEST_AT, .instant = $2,
                                                   .at = @$}); }
    | RECORD path '=' expr
        { $$ = tn_ast_test_item(p, &(tn_test_item){.kind = TN_TEST_RECORD, .path = $2,
                                                   .value = $4, .at = @$}); }
    | path '=' expr
        { $$ = tn_ast_test_item(p, &(tn_test_item){.kind = TN_TEST_FACT, .path = $1,
                                                   .value = $3, .at = @$}); }
    | EXPECT verdict reason
        { $$ = tn_ast_test_item(p, &(tn_test_item){.kind = TN_TEST_EXPECT, .verdict = $2,
                                                   .reason = $3, .at = @$}); }
    ;

verdict
    : name
    | DELETE
    | FLAG
    ;

reason
    : %empty                               { $$ = (tn_name){0}; }
    | BECAUSE name                         { $$ = $2; }
    | BECAUSE EVENT                        { $$ = $2; }
    | BECAUSE HOLD                         { $$ = $2; }
    ;

/* --- names */

paths
    : path                                 { $$ = tn_path_append((tn_path_list){0}, $1); }
    | paths ',' path                       { $$ = tn_path_append($1, $3); }
    ;

path
    : parts                                { $$ = tn_ast_path(p, $1, @$); }
    ;

parts
    : name
        { $$ = tn_path_append((tn_path_list){0}, tn_ast_part(p, $1)); }
    | RECORD '.' dname                     { $$ = tn_ast_record_parts(p, $1, $3); }
    | parts '.' dname                      { $$ = tn_path_append($1, tn_ast_part(p, $3)); }
    ;

name
    : IDENT
    | QNAME
    ;

dname
    : name
    | soft
    ;

/* words that are names here */
soft
    : soft_plain
    | ABSENT
    | AS
    ;

soft_plain
    : AFTER | AND | AT | ATTRIBUTE | BASIS | BECAUSE | BIND | BY | CATEGORY | CONDITION
    | COUNT | DECLARE | DEFAULT | DELETE | DEPLOYMENT | DIGEST | EARLIEST | END | ENTITY
    | ENV | EVENT | EVERY | EXPECT | EXPIRES | EXTENDS | EXTERNAL | FEEDS | FIELDS | FLAG | FOR
    | FROM | GRACE | HOLD | IMMEDIATELY | IMPORT | INDEFINITELY | KEY | LATEST | LEAST
    | LOCAL | MODULE | MOST | OF | ON | OPTIONAL | OVERRIDES | PERIOD | PURPOSE | RECORD
    | REDACT | REQUIRE | RETAIN | RETENTION | SPECIFIED | STORE | STORED | STRICT | SUBJECT | SUNDAY
    | TABLE | TEST | THEN | TO | UNDER | UNIT | UNLESS | UNMANAGED | UNTIL | UPDATED | WHEN
    | WHERE | WHOLE | WITHIN | ZONE
    ;

/* --- expressions: CEL */

expr
    : binary                               { $$ = tn_ast_balance(p, $1); }
    | binary '?' binary ':' expr
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_CONDITIONAL, .at = @$, .op_at = @2,
                                         .first = tn_ast_balance(p, $1),
                                         .second = tn_ast_balance(p, $3), .third = $5}); }
    ;

/* by the precedence of the operators: for each operand one step, not one a level */
binary
    : unary
    | binary "||" binary                   { $$ = tn_ast_link(p, TN_OP_OR, @2, $1, $3); }
    | binary "&&" binary                   { $$ = tn_ast_link(p, TN_OP_AND, @2, $1, $3); }
    | binary '<' binary                    { $$ = tn_ast_binary(p, TN_OP_LESS, @2, $1, $3); }
    | binary "<=" binary                   { $$ = tn_ast_binary(p, TN_OP_LESS_EQUAL, @2, $1, $3); }
    | binary '>' binary                    { $$ = tn_ast_binary(p, TN_OP_GREATER, @2, $1, $3); }
    | binary ">=" binary                   { $$ = tn_ast_binary(p, TN_OP_GREATER_EQUAL, @2, $1, $3); }
    | binary "==" binary                   { $$ = tn_ast_binary(p, TN_OP_EQUAL, @2, $1, $3); }
    | binary "!=" binary                   { $$ = tn_ast_binary(p, TN_OP_NOT_EQUAL, @2, $1, $3); }
    | binary IN binary                     { $$ = tn_ast_binary(p, TN_OP_IN, @2, $1, $3); }
    | binary '+' binary                    { $$ = tn_ast_binary(p, TN_OP_ADD, @2, $1, $3); }
    | binary '-' binary                    { $$ = tn_ast_binary(p, TN_OP_SUBTRACT, @2, $1, $3); }
    | binary '*' binary                    { $$ = tn_ast_binary(p, TN_OP_MULTIPLY, @2, $1, $3); }
    | binary '/' binary                    { $$ = tn_ast_binary(p, TN_OP_DIVIDE, @2, $1, $3); }
    | binary '%' binary                    { $$ = tn_ast_binary(p, TN_OP_MODULO, @2, $1, $3); }
    ;

unary
    : member
    | nots member                          { $$ = tn_ast_signs(p, $1, $2); }
    | minuses member                       { $$ = tn_ast_signs(p, $1, $2); }
    | INT_MIN                              { $$ = tn_ast_int_min(p, $1, (tn_expr_list){0}); }
    | nots INT_MIN                         { $$ = tn_ast_int_min(p, $2, (tn_expr_list){0}); }
    | minuses INT_MIN                      { $$ = tn_ast_int_min(p, $2, $1); }
    ;

nots
    : '!'
        { $$ = tn_ast_sign(p, (tn_expr_list){0}, TN_EXPR_NOT, @1); }
    | nots '!'                             { $$ = tn_ast_sign(p, $1, TN_EXPR_NOT, @2); }
    ;

minuses
    : '-'
        { $$ = tn_ast_sign(p, (tn_expr_list){0}, TN_EXPR_NEGATE, @1); }
    | minuses '-'                          { $$ = tn_ast_sign(p, $1, TN_EXPR_NEGATE, @2); }
    ;

member
    : literal
    | name
        { $$ = tn_ast_root(p, &(tn_expr){.kind = TN_EXPR_NAME, .at = @$, .as.name = $1}); }
    | '.' name
        { $$ = tn_ast_root(p, &(tn_expr){.kind = TN_EXPR_NAME, .at = @$, .rooted = true,
                                         .as.name = $2}); }
    | name '(' arguments_opt ')'
        { $$ = tn_ast_root(p, &(tn_expr){.kind = TN_EXPR_CALL, .at = @$, .op_at = @1,
                                         .as.name = $1, .args = $3.first,
                                         .arg_count = $3.count}); }
    | '.' name '(' arguments_opt ')'
        { $$ = tn_ast_root(p, &(tn_expr){.kind = TN_EXPR_CALL, .at = @$, .op_at = @2,
                                         .rooted = true, .as.name = $2, .args = $4.first,
                                         .arg_count = $4.count}); }
    | RECORD
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_NAME, .at = @$, .as.name = $1}); }
    | OPTIONAL
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_NAME, .at = @$, .as.name = $1}); }
    | '(' expr ')'                         { $$ = tn_ast_in_parens($2, @$); }
    | '[' elements_opt ']'
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_LIST, .at = @$, .args = $2.first,
                                         .arg_count = $2.count}); }
    | '{' entries_opt '}'
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_MAP, .at = @$, .args = $2.first,
                                         .arg_count = $2.count}); }
    | member '.' dname
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_SELECT, .at = @$, .op_at = @3,
                                         .first = $1, .as.name = $3}); }
    | member '.' '?' dname
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_SELECT, .at = @$, .op_at = @4,
                                         .first = $1, .optional = true, .as.name = $4}); }
    | member '.' dname '(' arguments_opt ')'
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_CALL, .at = @$, .op_at = @3,
                                         .first = $1, .as.name = $3, .args = $5.first,
                                         .arg_count = $5.count}); }
    | member '[' expr ']'
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_INDEX, .at = @$, .op_at = @2,
                                         .first = $1, .second = $3}); }
    | member '[' '?' expr ']'
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_INDEX, .at = @$, .op_at = @2,
                                         .optional = true, .first = $1, .second = $4}); }
    ;

arguments_opt
    : %empty                               { $$ = (tn_expr_list){0}; }
    | arguments
    ;

arguments
    : expr                                 { $$ = tn_expr_append((tn_expr_list){0}, $1); }
    | arguments ',' expr                   { $$ = tn_expr_append($1, $3); }
    ;

elements_opt
    : %empty                               { $$ = (tn_expr_list){0}; }
    | ','                                  { $$ = (tn_expr_list){0}; }
    | elements
    | elements ','
    ;

elements
    : element                              { $$ = tn_expr_append((tn_expr_list){0}, $1); }
    | elements ',' element                 { $$ = tn_expr_append($1, $3); }
    ;

element
    : expr
    | '?' expr                             { $$ = tn_ast_optional($2); }
    ;

entries_opt
    : %empty                               { $$ = (tn_expr_list){0}; }
    | ','                                  { $$ = (tn_expr_list){0}; }
    | entries
    | entries ','
    ;

entries
    : entry                                { $$ = tn_expr_append((tn_expr_list){0}, $1); }
    | entries ',' entry                    { $$ = tn_expr_append($1, $3); }
    ;

entry
    : expr ':' expr
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_ENTRY, .at = @$, .op_at = @2,
                                         .first = $1, .second = $3}); }
    | '?' expr ':' expr
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_ENTRY, .at = @$, .op_at = @3,
                                         .optional = true, .first = $2, .second = $4}); }
    ;

literal
    : INT                                  { $$ = tn_ast_int(p, $1); }
    | UINT                                 { $$ = tn_ast_uint(p, $1); }
    | FLOAT                                { $$ = tn_ast_double(p, $1); }
    | STRING                               { $$ = tn_ast_string(p, TN_EXPR_STRING, $1); }
    | BYTES                                { $$ = tn_ast_string(p, TN_EXPR_BYTES, $1); }
    | "true"
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_BOOL, .at = @$, .op_at = @$,
                                         .as.boolean = true}); }
    | "false"
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_BOOL, .at = @$, .op_at = @$}); }
    | "null"
        { $$ = tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_NULL, .at = @$, .op_at = @$}); }
    ;

%%

/* Only called when the stack is full; what is wrong in the text goes by the function below. */
static void tn_yyerror(const tn_span *at, tn_parse *p, const char *text)
{
    (void)text;
    tn_parse_too_deep(p, *at);
}

/* Names what could stand here and what stands before it, nearest first, for mistakes.c. */
static int yyreport_syntax_error(const yypcontext_t *context, tn_parse *p)
{
    tn_expectation expectation = {.wanted_count = 0};
    yysymbol_kind_t wanted[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, wanted, YYNTOKENS);
    for (int i = 0; i < count; i++)
        expectation.wanted[expectation.wanted_count++] = yysymbol_name(wanted[i]);
    const char *above = NULL;
    for (const yy_state_t *state = context->yyssp; *state != 0; state--) {
        const char *symbol = yysymbol_name(YY_ACCESSING_SYMBOL(*state));
        tn_expect_add(&expectation, symbol, above);
        above = symbol;
    }
    tn_mistake_report(p, &expectation);
    return 0;
}
