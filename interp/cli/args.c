#include "interp/cli/args.h"
#include "interp/base/nearest.h"
#include "interp/record/decode.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int tn_args_complain(const tn_command *command, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "tenure %s: ", command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nusage: tenure %s %s\nTry 'tenure %s --help'.\n", command->name,
            command->operands, command->name);
    return TN_EXIT_USAGE;
}

static size_t find_option(const tn_command *command, tn_str name)
{
    for (size_t i = 0; i < command->option_count; i++)
        if (tn_str_equal(tn_str_from(command->options[i].name), name))
            return i;
    return SIZE_MAX;
}

static int complain_unknown(const tn_command *command, tn_str name)
{
    tn_nearest nearest = tn_nearest_to(name);
    for (size_t i = 0; i < command->option_count; i++)
        tn_nearest_try(&nearest, tn_str_from(command->options[i].name));
    if (nearest.best.data != NULL)
        return tn_args_complain(
            command, "unknown option " TN_STR_FMT "; did you mean " TN_STR_FMT "?",
            TN_STR_ARG(name), TN_STR_ARG(nearest.best));
    return tn_args_complain(command, "unknown option " TN_STR_FMT, TN_STR_ARG(name));
}

/* Takes the option at argv[*at], with its value in the same or the next argument. */
static int take_option(tn_args *args, int argc, char **argv, int *at)
{
    const tn_command *command = args->command;
    tn_str name = tn_str_from(argv[*at]);
    const char *value = memchr(name.data, '=', name.len);
    if (value != NULL)
        name.len = (size_t)(value++ - name.data);
    size_t option = find_option(command, name);
    if (option == SIZE_MAX)
        return complain_unknown(command, name);
    const tn_option *row = &command->options[option];
    if (row->value == NULL && value != NULL)
        return tn_args_complain(command, "%s takes no value", row->name);
    if (row->value != NULL && value == NULL) {
        if (*at + 1 >= argc)
            return tn_args_complain(command, "%s needs a value: %s %s", row->name,
                                    row->name, row->value);
        value = argv[++*at];
    }
    if (!row->repeats && tn_args_has(args, option))
        return tn_args_complain(command, "%s is given twice", row->name);
    args->given[args->given_count++] = (tn_arg){option, value};
    return TN_EXIT_OK;
}

static int take_all(tn_args *args, int argc, char **argv)
{
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        bool is_option = !only_operands && argv[i][0] == '-' && argv[i][1] != '\0';
        if (is_option && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (is_option) {
            int code = take_option(args, argc, argv, &i);
            if (code != TN_EXIT_OK)
                return code;
        } else {
            args->operands[args->operand_count++] = argv[i];
        }
    }
    return TN_EXIT_OK;
}

int tn_args_parse(const tn_command *command, int argc, char **argv, tn_args *out)
{
    size_t count = argc > 0 ? (size_t)argc : 0;
    *out = (tn_args){.command = command,
                     .given = calloc(count + 1, sizeof(tn_arg)),
                     .operands = calloc(count + 1, sizeof(char *))};
    int code = TN_EXIT_FAILURE;
    if (out->given != NULL && out->operands != NULL)
        code = take_all(out, argc, argv);
    if (code != TN_EXIT_OK)
        tn_args_free(out);
    return code;
}

void tn_args_free(tn_args *args)
{
    free(args->given);
    free(args->operands);
    *args = (tn_args){.command = args->command};
}

const char *tn_args_value_at(const tn_args *args, size_t option, size_t index)
{
    for (size_t i = 0; i < args->given_count; i++)
        if (args->given[i].option == option && index-- == 0)
            return args->given[i].value;
    return NULL;
}

bool tn_args_has(const tn_args *args, size_t option)
{
    for (size_t i = 0; i < args->given_count; i++)
        if (args->given[i].option == option)
            return true;
    return false;
}

const char *tn_args_value(const tn_args *args, size_t option)
{
    const char *value = NULL;
    for (size_t i = 0; i < args->given_count; i++)
        if (args->given[i].option == option)
            value = args->given[i].value;
    return value;
}

int tn_args_number(const tn_args *args, size_t option, uint64_t least, uint64_t most,
                   uint64_t *out)
{
    const char *text = tn_args_value(args, option);
    uint64_t number;
    if (text == NULL)
        return TN_EXIT_OK;
    if (!tn_uint_parse(tn_str_from(text), &number) || number < least || number > most)
        return tn_args_complain(args->command,
                                "%s %s: a whole number from %llu to %llu",
                                args->command->options[option].name, text,
                                (unsigned long long)least, (unsigned long long)most);
    *out = number;
    return TN_EXIT_OK;
}

/* Where the help of options starts; longer names get a line of their own. */
enum { HELP_COLUMN = 26, HELP_WIDTH = 80 };

/* Prints words from `column` on, broken before HELP_WIDTH. */
static void print_wrapped(FILE *out, const char *text, size_t column)
{
    size_t at = column;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (at + len > HELP_WIDTH && at > column) {
            fprintf(out, "\n%*s", (int)column, "");
            at = column;
        }
        fprintf(out, "%.*s", (int)len, text);
        at += len;
        text += len;
        if (*text == ' ') {
            text++;
            if (at + 1 + strcspn(text, " ") <= HELP_WIDTH)
                fputc(' ', out);
            at++;
        }
    }
    fputc('\n', out);
}

void tn_args_help(const tn_command *command, FILE *out)
{
    fprintf(out, "usage: tenure %s %s\n\n%s\n", command->name, command->operands,
            command->help);
    if (command->option_count > 0)
        fputs("\nOptions:\n", out);
    for (size_t i = 0; i < command->option_count; i++) {
        const tn_option *option = &command->options[i];
        int len =
            fprintf(out, "  %s%s%s", option->name, option->value == NULL ? "" : " ",
                    option->value == NULL ? "" : option->value);
        if (len >= HELP_COLUMN - 1)
            fprintf(out, "\n%*s", HELP_COLUMN, "");
        else
            fprintf(out, "%*s", HELP_COLUMN - len, "");
        print_wrapped(out, option->help, HELP_COLUMN);
    }
}
