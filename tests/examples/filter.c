/* filter: keeps the lines of a log that a policy keeps.
 *     filter log.tenure entry 2026-11-23T00:00:00Z < in.log > out.log
 *
 * A line is "TIME LEVEL MESSAGE". What is flagged stays: doubt never deletes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenure.h>

static void complain(void *user, const tenure_report *report)
{
    const tn_str *what = &report->message;
    fprintf(user, "line %u: %.*s\n", report->line, (int)what->len, what->data);
}

static tn_str str(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static int filter(tenure_decider *decider)
{
    char *line = NULL, time[64], level[16];
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        tn_verdict verdict;
        time[0] = level[0] = '\0';
        sscanf(line, "%63s %15s", time, level);
        tenure_decider_fields(decider)[0] = tenure_str(str(time));
        tenure_decider_fields(decider)[1] = tenure_str(str(level));
        if (tenure_decide(decider, 0, &verdict) != TN_OK)
            return 3;
        if (verdict.decision != TN_DELETE)
            fputs(line, stdout);
    }
    free(line);
    return ferror(stdin) || fflush(stdout) != 0 ? 3 : 0;
}

int main(int argc, char **argv)
{
    tenure_config config = TENURE_CONFIG_INIT;
    tenure_policy *policy = NULL;
    tenure_run *run = NULL;
    tenure_decider *decider = NULL;
    int status = 2;
    tn_instant now;
    config.report = complain, config.user = stderr;
    if (argc == 4 && tenure_instant_parse(str(argv[3]), &now) == TN_OK &&
        !tenure_policy_compile_files(&config, (const char **)&argv[1], 1, &policy) &&
        !tenure_run_new(policy, now, &run) &&
        !tenure_decider_new(run, tenure_policy_find_category(policy, str(argv[2])),
                            TENURE_NONE, &decider))
        status = filter(decider);
    tenure_decider_free(decider);
    tenure_run_free(run);
    tenure_policy_free(policy);
    return status;
}
