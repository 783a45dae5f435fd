/* tenure ledger: what the evidence says, and whether it is whole. */
#include "interp/apply/apply.h"
#include "interp/apply/certificate.h"
#include "interp/cli/bind.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPT_LEDGER,
    OPT_HEAD,
    OPT_CERTIFICATE,
    OPT_PROOF,
    OPT_PLACE,
    OPT_JSON,
    OPT_WHY,
    OPT_PATH
};

static const tn_option options[] = {
    {"--ledger", "FILE", false, "else TENURE_LEDGER, else the only *.ledger file here"},
    {"--head", "N:HASH", false, "verify: a head that was kept elsewhere"},
    {"--certificate", "FILE", false, "verify: this certificate, without the ledger"},
    {"--proof", "FILE", false, "verify: this proof, against the certificate"},
    {"--place", "PLACE", false, "prove: only in this place, as list shows it"},
    {"--json", NULL, false,
     "certificate: as JSON, which can be verified; else Markdown"},
    {"--why", "TEXT", false, "rearm: why the stores are accepted as they are"},
    {"--path", "DIR", true, "rearm: where to look for modules"},
};

typedef struct ledger_command {
    const tn_args *args;
    const char *operand; /* NULL: none */
    tn_evidence_files files;
    tn_output output;
} ledger_command;

static int open_to_read(ledger_command *c)
{
    int code = tn_evidence_init(&c->files, c->args, OPT_LEDGER, NULL);
    return code == TN_EXIT_OK ? tn_evidence_read(&c->files, false) : code;
}

static int finish(ledger_command *c, tn_status status)
{
    int code = status == TN_OK || status == TN_STOPPED
                   ? TN_EXIT_OK
                   : tn_evidence_fail(&c->files, status);
    return tn_output_finish(&c->output, code);
}

/* --- list and show */

static const char list_sql[] =
    "SELECT e.run, min(e.at), coalesce((SELECT 'done' FROM entry d WHERE d.run = e.run"
    " AND d.kind = 'done'), 'stopped'), (SELECT coalesce(sum(json_extract(o.body,"
    " '$.count')), 0) FROM entry o WHERE o.run = e.run AND o.kind = 'outcome'),"
    " min(e.seq), max(e.seq) FROM entry e WHERE e.run IS NOT NULL GROUP BY e.run ORDER "
    "BY"
    " min(e.seq)";

static tn_status list_runs(ledger_command *c)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    tn_buf *out = &c->output.buf;
    tn_db *db = tn_ledger_db(c->files.ledger);
    TN_TRY(tn_db_prepare(db, list_sql, &query));
    tn_buf_put_text(out, "run               started                         state    "
                         "records  entries\n");
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_db_step(db, query, &row);
        if (status != TN_OK || !row)
            break;
        tn_buf_put_format(out, "%-16.32s  %-30.40s  %-7.10s  %7lld  %lld-%lld\n",
                          (const char *)sqlite3_column_text(query, 0),
                          (const char *)sqlite3_column_text(query, 1),
                          (const char *)sqlite3_column_text(query, 2),
                          (long long)sqlite3_column_int64(query, 3),
                          (long long)sqlite3_column_int64(query, 4),
                          (long long)sqlite3_column_int64(query, 5));
    }
    sqlite3_finalize(query);
    TN_TRY(status);
    tn_head head = tn_ledger_head(c->files.ledger);
    tn_buf_put_text(out, "head ");
    tn_head_put(out, &head);
    tn_buf_put_char(out, '\n');
    return TN_OK;
}

static void put_entry(tn_buf *out, const tn_entry *entry)
{
    tn_buf_put_format(out, "%6lld  ", (long long)entry->seq);
    tn_buf_put(out, entry->at);
    tn_buf_put_text(out, "  ");
    tn_buf_put(out, entry->kind);
    if (entry->chunk >= 0)
        tn_buf_put_format(out, " %lld of ", (long long)entry->chunk);
    else
        tn_buf_put_char(out, ' ');
    tn_buf_put(out, entry->place);
    tn_buf_put_char(out, ' ');
    tn_buf_put(out, entry->body);
    tn_buf_put_char(out, '\n');
}

/* Calls for each entry of a run, or of all. */
static tn_status each_entry(ledger_command *c, tn_str run,
                            tn_status (*put)(ledger_command *, const tn_entry *),
                            uint64_t *count)
{
    tn_entries entries;
    tn_entry entry;
    bool found = true;
    TN_TRY(tn_entries_open(c->files.ledger, run, &entries));
    tn_status status = TN_OK;
    for (*count = 0; status == TN_OK; (*count)++) {
        status = tn_entries_next(&entries, &entry, &found);
        if (status != TN_OK || !found)
            break;
        status = put(c, &entry);
        if (status == TN_OK)
            status = tn_output_drain(&c->output);
    }
    tn_entries_close(&entries);
    return status;
}

static tn_status show_entry(ledger_command *c, const tn_entry *entry)
{
    put_entry(&c->output.buf, entry);
    return TN_OK;
}

static tn_status show_run(ledger_command *c)
{
    uint64_t count;
    tn_str run = c->operand == NULL ? (tn_str){NULL, 0} : tn_str_from(c->operand);
    TN_TRY(each_entry(c, run, show_entry, &count));
    if (count > 0)
        return TN_OK;
    tn_buf_put_format(&c->files.why, "the ledger has no run %s", c->operand);
    return TN_NOT_FOUND;
}

/* An entry as JSON, and its leaves in the line after it. */
static tn_status export_entry(ledger_command *c, const tn_entry *entry)
{
    tn_arena arena;
    const tn_leaf *leaves;
    size_t count;
    tn_buf *out = &c->output.buf;
    tn_entry_put(out, entry);
    tn_buf_put_char(out, '\n');
    tn_arena_init(&arena, NULL);
    tn_status status =
        tn_ledger_leaves(c->files.ledger, entry->seq, &arena, &leaves, &count);
    if (status == TN_OK && leaves != NULL) {
        tn_buf_put_format(out, "{\"leaves_of\":%lld,\"leaves\":\"",
                          (long long)entry->seq);
        tn_hex_put(out, (const unsigned char *)leaves, count * TN_LEAF_BYTES);
        tn_buf_put_text(out, "\"}\n");
    }
    tn_arena_free(&arena);
    return status;
}

static tn_status export_all(ledger_command *c)
{
    uint64_t count;
    return each_entry(c, (tn_str){NULL, 0}, export_entry, &count);
}

static int run_list(ledger_command *c)
{
    int code = open_to_read(c);
    return code == TN_EXIT_OK ? finish(c, list_runs(c)) : code;
}

static int run_show(ledger_command *c)
{
    int code = open_to_read(c);
    return code == TN_EXIT_OK ? finish(c, show_run(c)) : code;
}

static int run_export(ledger_command *c)
{
    int code = open_to_read(c);
    return code == TN_EXIT_OK ? finish(c, export_all(c)) : code;
}

/* --- verify */

static int read_head(const ledger_command *c, tn_head *out, const tn_head **kept)
{
    const char *text = tn_args_value(c->args, OPT_HEAD);
    *kept = NULL;
    if (text == NULL)
        return TN_EXIT_OK;
    if (!tn_head_parse(tn_str_from(text), out))
        return tn_args_complain(
            c->args->command, "--head %s: a number, a colon and 64 hexadecimal digits",
            text);
    *kept = out;
    return TN_EXIT_OK;
}

static int verify_ledger(ledger_command *c, const tn_head *kept)
{
    tn_audit audit;
    int code = open_to_read(c);
    if (code != TN_EXIT_OK)
        return code;
    tn_status status = tn_audit_ledger(c->files.ledger, kept, &audit, &c->files.why);
    if (status == TN_INVALID)
        return tn_cli_fail(TN_EXIT_FINDINGS, "the ledger is not intact: " TN_STR_FMT,
                           TN_STR_ARG(tn_buf_view(&c->files.why)));
    if (status == TN_OK) {
        tn_buf *out = &c->output.buf;
        tn_buf_put_format(out,
                          "intact: %llu entries, %llu outcomes, %llu records, %llu of "
                          "them with proof\nhead ",
                          (unsigned long long)audit.entry_count,
                          (unsigned long long)audit.outcome_count,
                          (unsigned long long)audit.record_count,
                          (unsigned long long)audit.leaf_count);
        tn_head_put(out, &audit.head);
        tn_buf_put_text(out,
                        kept != NULL ? "\nthe head that was kept is in it\n" : "\n");
    }
    return finish(c, status);
}

static int verify_certificate(ledger_command *c, const tn_head *kept)
{
    const char *path = tn_args_value(c->args, OPT_CERTIFICATE);
    const char *proof_path = tn_args_value(c->args, OPT_PROOF);
    tn_buf text, proof;
    tn_certified certified;
    int code = TN_EXIT_OK;
    tn_buf_init(&text, NULL);
    tn_buf_init(&proof, NULL);
    if (!tn_cli_read(path, &text))
        code =
            tn_cli_fail(TN_EXIT_FAILURE, "cannot read %s: %s", path, strerror(errno));
    else if (proof_path != NULL && !tn_cli_read(proof_path, &proof))
        code = tn_cli_fail(TN_EXIT_FAILURE, "cannot read %s: %s", proof_path,
                           strerror(errno));
    if (code == TN_EXIT_OK) {
        tn_str proof_text =
            proof_path == NULL ? (tn_str){NULL, 0} : tn_buf_view(&proof);
        tn_status status = tn_certificate_check(tn_buf_view(&text), kept, proof_text,
                                                &certified, &c->files.why);
        if (status == TN_OK) {
            tn_buf_put_format(&c->output.buf,
                              "intact: %llu entries, %llu records%s\nhead ",
                              (unsigned long long)certified.entry_count,
                              (unsigned long long)certified.record_count,
                              proof_path != NULL ? ", the proof's among them" : "");
            tn_head_put(&c->output.buf, &certified.head);
            tn_buf_put_char(&c->output.buf, '\n');
        }
        code = finish(c, status);
    }
    tn_buf_free(&text);
    tn_buf_free(&proof);
    return code;
}

static int run_verify(ledger_command *c)
{
    tn_head head;
    const tn_head *kept;
    int code = read_head(c, &head, &kept);
    if (code != TN_EXIT_OK)
        return code;
    if (tn_args_has(c->args, OPT_CERTIFICATE))
        return verify_certificate(c, kept);
    return verify_ledger(c, kept);
}

/* --- prove, certificate, rearm */

static int run_prove(ledger_command *c)
{
    tn_audit_record record = {.key = tn_str_from(c->operand)};
    if (c->operand == NULL)
        return tn_args_complain(c->args->command, "prove which record's key?");
    if (tn_args_has(c->args, OPT_PLACE))
        record.place = tn_str_from(tn_args_value(c->args, OPT_PLACE));
    int code = open_to_read(c);
    if (code == TN_EXIT_OK)
        code = tn_evidence_key(&c->files, false);
    if (code != TN_EXIT_OK)
        return code;
    return finish(c, tn_audit_prove(c->files.ledger, &c->files.secret, &record,
                                    &c->output.buf, &c->files.why));
}

static int run_certificate(ledger_command *c)
{
    if (c->operand == NULL)
        return tn_args_complain(c->args->command, "the certificate of which run?");
    int code = open_to_read(c);
    if (code != TN_EXIT_OK)
        return code;
    tn_str run = tn_str_from(c->operand);
    if (tn_args_has(c->args, OPT_JSON))
        return finish(c, tn_certificate_put_json(c->files.ledger, run, &c->output.buf,
                                                 &c->files.why));
    return finish(c, tn_certificate_put_markdown(c->files.ledger, run, &c->output.buf,
                                                 &c->files.why));
}

static int rearm(ledger_command *c, const tn_cli_policy *policy)
{
    tn_apply_input input = {.image = &policy->image,
                            .kinds = tn_store_kinds,
                            .find_env = tn_bind_env,
                            .secret = &c->files.secret};
    int code = tn_evidence_key(&c->files, true);
    if (code == TN_EXIT_OK)
        code = tn_evidence_write(&c->files);
    if (code != TN_EXIT_OK)
        return code;
    input.ledger = c->files.ledger;
    tn_status status =
        tn_apply_rearm(&input, tn_str_from(tn_args_value(c->args, OPT_WHY)),
                       tn_evidence_now(), &c->files.why);
    if (status == TN_OK) {
        tn_head head = tn_ledger_head(c->files.ledger);
        tn_buf_put_text(
            &c->output.buf,
            "the stores are accepted as they are; make a new plan, and look "
            "at what is overdue\nledger head ");
        tn_head_put(&c->output.buf, &head);
        tn_buf_put_char(&c->output.buf, '\n');
    }
    return finish(c, status);
}

static int run_rearm(ledger_command *c)
{
    const char *reason = tn_args_value(c->args, OPT_WHY);
    tn_cli_policy policy;
    if (c->operand == NULL || reason == NULL || *reason == '\0')
        return tn_args_complain(c->args->command,
                                "rearm needs the deployment and --why TEXT");
    int code = tn_evidence_init(&c->files, c->args, OPT_LEDGER, c->operand);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy_init(&policy);
    code = tn_cli_policy_load(&policy, &c->operand, 1, c->args, OPT_PATH);
    if (code == TN_EXIT_OK)
        code = rearm(c, &policy);
    tn_cli_policy_free(&policy);
    return code;
}

static const struct {
    const char *name;
    int (*run)(ledger_command *c);
} verbs[] = {
    {"list", run_list},   {"show", run_show},     {"verify", run_verify},
    {"prove", run_prove}, {"export", run_export}, {"certificate", run_certificate},
    {"rearm", run_rearm},
};

static int run(const tn_args *args)
{
    ledger_command c = {.args = args};
    if (args->operand_count == 0 || args->operand_count > 2)
        return tn_args_complain(args->command,
                                "do what? list, show, verify, prove, export, "
                                "certificate or rearm");
    c.operand = args->operand_count > 1 ? args->operands[1] : NULL;
    for (size_t i = 0; i < TN_COUNT(verbs); i++) {
        if (strcmp(verbs[i].name, args->operands[0]) != 0)
            continue;
        tn_output_init(&c.output);
        int code = verbs[i].run(&c);
        tn_output_free(&c.output);
        tn_evidence_free(&c.files);
        return code;
    }
    return tn_args_complain(args->command, "there is no `ledger %s`",
                            args->operands[0]);
}

const tn_command tn_command_ledger = {
    .name = "ledger",
    .operands = "list | show [RUN] | verify | prove KEY | export | certificate RUN |\n"
                "       rearm DEPLOYMENT --why TEXT",
    .summary = "what was erased, and whether the evidence is whole",
    .help =
        "list         the runs, and the head, which is worth keeping elsewhere\n"
        "show         a run's entries, or all\n"
        "verify       is every entry and leaf as it was written? With --head, are "
        "they\n"
        "             those of a head kept elsewhere? With --certificate FILE, is the\n"
        "             certificate whole, and with --proof FILE, is the record in it?\n"
        "prove        that the record with this key was erased: a line of JSON that\n"
        "             anybody can check against a certificate\n"
        "export       everything, as lines of JSON\n"
        "certificate  what a run did, to be given away\n"
        "rearm        accept stores that were put back from a backup, or exchanged",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};
