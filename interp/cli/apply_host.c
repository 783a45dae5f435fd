#include "interp/cli/apply_host.h"
#include "interp/apply/plan_text.h"
#include "interp/cli/cli.h"
#include "interp/cli/evidence.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { TELL_TERMINAL_MS = 200, TELL_LOG_MS = 60000 };

static volatile sig_atomic_t signal_caught;

static void catch_signal(int number)
{
    signal_caught = number;
}

/* --- the clock */

static tn_instant host_now(void *user)
{
    (void)user;
    return tn_evidence_now();
}

static uint64_t host_clock(void *user)
{
    struct timespec t = {0, 0};
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void host_sleep(void *user, uint32_t ms)
{
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    (void)user;
    nanosleep(&t, NULL);
}

/* --- reasons to stop */

static const char *host_should_stop(void *user)
{
    const tn_apply_host_state *state = user;
    if (signal_caught != 0)
        return "by a signal";
    if (state->stop_file != NULL && access(state->stop_file, F_OK) == 0)
        return "the stop file is there";
    if (state->has_until && host_now(user).seconds >= state->until_seconds)
        return "it is the time of --until";
    if (state->run_ms != 0 && host_clock(user) - state->start_ms >= state->run_ms)
        return "the --run-time is over";
    return NULL;
}

bool tn_apply_host_until(tn_apply_host_state *state, const char *hh_mm)
{
    char *end = NULL;
    long hour = strtol(hh_mm, &end, 10);
    if (end == hh_mm || *end != ':' || hour < 0 || hour > 23)
        return false;
    const char *minutes = end + 1;
    long minute = strtol(minutes, &end, 10);
    if (end == minutes || *end != '\0' || minute < 0 || minute > 59)
        return false;
    time_t now = (time_t)host_now(state).seconds;
    struct tm local;
    if (localtime_r(&now, &local) == NULL)
        return false;
    local.tm_hour = (int)hour;
    local.tm_min = (int)minute;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    time_t until = mktime(&local);
    if (until <= now) { /* tomorrow */
        local.tm_mday++;
        local.tm_isdst = -1;
        until = mktime(&local);
    }
    state->has_until = true;
    state->until_seconds = until;
    return until != (time_t)-1;
}

bool tn_apply_host_run_time(tn_apply_host_state *state, const char *text)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);
    uint64_t unit_ms = 1000;
    if (end == text || number < 1 || number > 1000000)
        return false;
    if (strcmp(end, "m") == 0)
        unit_ms = 60000;
    else if (strcmp(end, "h") == 0)
        unit_ms = 3600000;
    else if (*end != '\0' && strcmp(end, "s") != 0)
        return false;
    state->run_ms = (uint64_t)number * unit_ms;
    return true;
}

/* --- the terminal */

/* Waits for a line to be typed; false when a signal comes first, even one that came
 * after the question and before anybody waited. */
static bool wait_for_line(void)
{
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigprocmask(SIG_BLOCK, &stops, &before);
    int ready = -1;
    while (signal_caught == 0) {
        fd_set typed;
        FD_ZERO(&typed);
        FD_SET(STDIN_FILENO, &typed);
        ready = pselect(STDIN_FILENO + 1, &typed, NULL, NULL, NULL, &before);
        if (ready >= 0 || errno != EINTR)
            break;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready > 0 && signal_caught == 0;
}

static bool host_confirm(void *user, const tn_plan *plan)
{
    const tn_apply_host_state *state = user;
    char answer[16] = "";
    tn_buf text;
    if (state->is_confirmed)
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fputs("tenure: there is no terminal to ask on; say --yes\n", stderr);
        return false;
    }
    tn_buf_init(&text, NULL);
    tn_plan_put_text(&text, plan);
    tn_buf_put_text(&text, "Erase these records? Only \"yes\" does it: ");
    tn_cli_write(stderr, &text);
    tn_buf_free(&text);
    return wait_for_line() && fgets(answer, sizeof(answer), stdin) != NULL &&
           strcmp(answer, "yes\n") == 0;
}

static void put_progress(tn_buf *out, const tn_apply_progress *p)
{
    uint64_t rate = p->elapsed_ms == 0 ? 0 : p->run_erased_count * 1000 / p->elapsed_ms;
    tn_put_count(out, p->run_erased_count);
    tn_buf_put_text(out, " of ");
    tn_put_count(out, p->run_due_count);
    tn_buf_put_text(out, " erased, ");
    tn_put_count(out, rate);
    tn_buf_put_text(out, "/s");
    if (rate > 0 && p->run_due_count > p->run_erased_count) {
        tn_buf_put_text(out, ", ");
        tn_put_duration(out, (p->run_due_count - p->run_erased_count) * 1000 / rate);
        tn_buf_put_text(out, " left");
    }
}

static void host_progress(void *user, const tn_apply_progress *progress)
{
    tn_apply_host_state *state = user;
    bool is_terminal = isatty(STDERR_FILENO);
    uint64_t now = host_clock(user);
    tn_buf line;
    if (now - state->told_ms < (is_terminal ? TELL_TERMINAL_MS : TELL_LOG_MS))
        return;
    state->told_ms = now;
    tn_buf_init(&line, NULL);
    tn_buf_put_text(&line, is_terminal ? "\r\033[K" : "");
    put_progress(&line, progress);
    tn_buf_put_text(&line, is_terminal ? "" : "\n");
    tn_cli_write(stderr, &line);
    fflush(stderr);
    state->has_line = is_terminal;
    tn_buf_free(&line);
}

/* --- a run */

void tn_apply_host_init(tn_apply_host_state *state, bool is_confirmed,
                        const char *stop_file)
{
    *state =
        (tn_apply_host_state){.is_confirmed = is_confirmed, .stop_file = stop_file};
    state->host = (tn_apply_host){.user = state,
                                  .now = host_now,
                                  .clock_ms = host_clock,
                                  .sleep_ms = host_sleep,
                                  .should_stop = host_should_stop,
                                  .progress = host_progress,
                                  .confirm = host_confirm};
}

void tn_apply_host_start(tn_apply_host_state *state)
{
    struct sigaction action = {.sa_handler = catch_signal};
    sigemptyset(&action.sa_mask);
    signal_caught = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    state->start_ms = state->told_ms = host_clock(state);
}

void tn_apply_host_end(tn_apply_host_state *state)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (state->has_line)
        fputc('\n', stderr);
    state->has_line = false;
}
