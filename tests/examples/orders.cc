/* orders: a C++ host. The policy lies in the program, facts and records in its own
 * types; each order is decided, and the first is explained.
 *
 *     orders 2026-11-23T00:00:00Z */
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tenure.h>
#include <vector>

namespace
{

const char policy_text[] = R"(
module example.shop "Orders of a shop"

import std.gdpr

purpose sales "Perform the contract of sale"

entity buyer "Buyer" {
    event left "Account closed"
}

category order "Order" of buyer @personal {
    fields {
        placed : timestamp @created
        total  : double
    }
    purpose sales
    basis   std.gdpr.contract
    stored in shop as primary
    retain 3 years from end of year of placed
    on buyer.left delete within 30 days
    retain at least 10 years from placed when total >= 1000.0
}
)";

struct Order {
    std::string number;
    std::string placed;
    double total;
    int64_t buyer;
};

tn_str view(std::string_view text)
{
    return tn_str{text.data(), text.size()};
}

void must(tn_status status)
{
    if (status != TN_OK)
        throw std::runtime_error(tn_status_text(status));
}

template <auto release> struct Releases {
    template <class T> void operator()(T *object) const
    {
        release(object);
    }
};
template <class T, auto release> using Owned = std::unique_ptr<T, Releases<release>>;
using Policy = Owned<tenure_policy, tenure_policy_free>;
using Facts = Owned<tenure_facts, tenure_facts_free>;
using Run = Owned<tenure_run, tenure_run_free>;
using Decider = Owned<tenure_decider, tenure_decider_free>;

Policy compile()
{
    tenure_config config = TENURE_CONFIG_INIT;
    tenure_policy *policy;
    tenure_text text = {view("shop.tenure"), view(policy_text)};
    config.report = [](void *, const tenure_report *r) {
        std::fprintf(stderr, "shop.tenure:%u:%u: %.*s\n", r->line, r->column,
                     int(r->message.len), r->message.data);
    };
    must(tenure_policy_compile(&config, &text, 1, &policy));
    return Policy(policy);
}

Facts load_buyers(const tenure_policy *policy)
{
    tenure_facts *facts;
    must(tenure_facts_new(policy, tenure_policy_find_entity(policy, view("buyer")),
                          &facts));
    Facts owned(facts);
    tenure_value stays = tenure_null(), left = tenure_str(view("2026-11-01T00:00:00Z"));
    tenure_value one = tenure_int(1), two = tenure_int(2);
    must(tenure_facts_add(facts, &one, &stays, nullptr));
    must(tenure_facts_add(facts, &two, &left, nullptr));
    return owned;
}

void decide(tenure_decider *decider, const std::vector<Order> &orders)
{
    for (const Order &order : orders) {
        tn_verdict verdict;
        tenure_decider_keys(decider)[0] = tenure_int(order.buyer);
        tenure_decider_fields(decider)[0] = tenure_str(view(order.placed));
        tenure_decider_fields(decider)[1] = tenure_double(order.total);
        must(tenure_decide(decider, 0, &verdict));
        std::printf("%s %s (%s)\n", order.number.c_str(),
                    tn_decision_text(verdict.decision), tn_reason_text(verdict.reason));
        if (&order == &orders.front()) {
            tn_str why;
            must(tenure_explain(decider, view(order.number), TENURE_FORMAT_TEXT, &why));
            std::printf("%.*s", int(why.len), why.data);
        }
    }
}

} // namespace

int main(int argc, char **argv)
try {
    tn_instant now;
    must(tenure_instant_parse(view(argc > 1 ? argv[1] : ""), &now));
    Policy policy = compile();
    Facts buyers = load_buyers(policy.get());
    tenure_run *made;
    must(tenure_run_new(policy.get(), now, &made));
    Run run(made);
    must(tenure_run_set_facts(run.get(), 0, buyers.get()));
    tenure_decider *room;
    must(tenure_decider_new(run.get(), 0, TENURE_NONE, &room));
    Decider decider(room);
    decide(decider.get(), {{"A-1", "2026-10-05T09:30:00Z", 19.9, 1},
                           {"A-2", "2021-03-01T12:00:00Z", 25.0, 1},
                           {"A-3", "2021-03-01T12:00:00Z", 4999.0, 1},
                           {"A-4", "2026-10-05T09:30:00Z", 12.5, 2},
                           {"A-5", "last spring", 12.5, 1},
                           {"A-6", "2026-10-05T09:30:00Z", 12.5, 3}});
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "orders: %s\n", error.what());
    return 1;
}
