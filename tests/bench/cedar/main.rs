// bench_cedar WHAT PATH ROUNDS: Cedar's side of the benches.
//
//     decide FOLDER ROUNDS   the audit rule over columns (tests/bench/columns.c dump): a record a
//                            request, made beforehand, the facts in its context
//     compile FILE ROUNDS    the policies that tests/bench/compile.py wrote, until they can be asked;
//                            then counts those that are satisfied by a record of 400 days
//
// Prints the counts, and the user CPU in nanoseconds: of a record, or of the whole.
use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression,
};
use std::{env, fs, process};

// Cedar allows or denies. What is allowed is due or in doubt, and which of the two it is the
// policies that were satisfied say; a hold forbids both.
const RULE: &str = r#"
@id("hold") forbid (principal, action, resource) when { context.held };
@id("flag") permit (principal, action, resource) when {
    !(context has time) || context.time < 31536000000000 || context.time > 1795478400000000 };
@id("due") permit (principal, action, resource) when {
    context has time && (context.time <= 1763856000000000 || context.time <= context.due) };
"#;

fn fail(what: impl std::fmt::Display) -> ! {
    eprintln!("bench_cedar: {what}");
    process::exit(1)
}

fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| fail(error))
}

/// User CPU of this process, in nanoseconds: its clock ticks a hundred times a second.
fn now() -> u64 {
    let stat = must(fs::read_to_string("/proc/self/stat"));
    let after_name = stat.rsplit(") ").next().unwrap_or("");
    let ticks: u64 = must(after_name.split(' ').nth(11).unwrap_or("").parse());
    ticks * 10_000_000
}

fn rules(text: &str) -> PolicySet {
    let parsed: PolicySet = must(text.parse());
    let mut named = PolicySet::new();
    for policy in parsed.policies() {
        let id = policy.annotation("id").unwrap_or(policy.id().as_ref());
        must(named.add(policy.new_id(must(id.parse()))));
    }
    named
}

fn number(bytes: &[u8], at: usize) -> i64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[8 * at..8 * at + 8]);
    i64::from_le_bytes(word)
}

fn uid(text: &str) -> EntityUid {
    must(text.parse())
}

fn request(context: Context) -> Request {
    must(Request::new(
        uid(r#"Host::"bench""#),
        uid(r#"Action::"erase""#),
        uid(r#"Record::"one""#),
        context,
        None,
    ))
}

fn requests(folder: &str) -> Vec<Request> {
    let read = |name: &str| must(fs::read(format!("{folder}/{name}")));
    let (times, valid, tenants) = (read("times"), read("valid"), read("tenants"));
    let (held, due) = (read("held"), read("due"));
    (0..times.len() / 8)
        .map(|i| {
            let mut word = [0; 4];
            word.copy_from_slice(&tenants[4 * i..4 * i + 4]);
            let tenant = u32::from_le_bytes(word) as usize;
            let mut fields = vec![
                ("held".to_string(), RestrictedExpression::new_bool(held[tenant] != 0)),
                ("due".to_string(), RestrictedExpression::new_long(number(&due, tenant))),
            ];
            if valid[i / 8] >> (i % 8) & 1 == 1 {
                fields.push(("time".into(), RestrictedExpression::new_long(number(&times, i))));
            }
            request(must(Context::from_pairs(fields)))
        })
        .collect()
}

fn decide(folder: &str, rounds: u64) {
    let (policies, entities, asker) = (rules(RULE), Entities::empty(), Authorizer::new());
    let (requests, doubt) = (requests(folder), must("flag".parse()));
    let mut counts = [0u64; 3];
    let start = now();
    for _ in 0..rounds {
        counts = [0; 3];
        for request in &requests {
            let answer = asker.is_authorized(request, &policies, &entities);
            let verdict = match answer.decision() {
                Decision::Deny => 0,
                Decision::Allow if answer.diagnostics().reason().any(|id| *id == doubt) => 2,
                Decision::Allow => 1,
            };
            counts[verdict] += 1;
        }
    }
    let ns = (now() - start) as f64 / rounds as f64 / requests.len() as f64;
    println!(
        "{{\"keep\":{},\"delete\":{},\"flag\":{},\"ns\":{ns:.3}}}",
        counts[0], counts[1], counts[2]
    );
}

fn compile(path: &str, rounds: u64) {
    let (entities, asker) = (Entities::empty(), Authorizer::new());
    let text = must(fs::read_to_string(path));
    let long = RestrictedExpression::new_long;
    let probe = request(must(Context::from_pairs([
        ("now".to_string(), long(1795392000)),
        ("made".to_string(), long(1795392000 - 400 * 86400)),
    ])));
    let (mut count, mut took) = (0, 0);
    for _ in 0..rounds {
        let start = now();
        let policies: PolicySet = must(text.parse());
        took += now() - start;
        let answer = asker.is_authorized(&probe, &policies, &entities);
        count += answer.diagnostics().reason().count();
    }
    println!("{{\"count\":{count},\"ns\":{took}}}");
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, what, path, rounds] = &arguments[..] else {
        fail("bench_cedar decide|compile PATH ROUNDS")
    };
    let rounds = must(rounds.parse());
    match what.as_str() {
        "decide" => decide(path, rounds),
        "compile" => compile(path, rounds),
        _ => fail("decide or compile?"),
    }
}
