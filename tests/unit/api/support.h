/* support: one policy that the tests of the public interface share. */
#ifndef TN_TESTS_UNIT_API_SUPPORT_H
#define TN_TESTS_UNIT_API_SUPPORT_H

#include "interp/include/tenure.h"
#include <string.h>

static const char policy_text[] =
    "module t \"Tests\"\n"
    "import std.gdpr\n"
    "purpose p \"why\"\n"
    "entity customer \"Customer\" { event terminated \"\"  attribute tier : int \"\" "
    "}\n"
    "category audit \"Audit\" of customer {\n"
    "  fields { made : timestamp @created  id : string @key  name : string\n"
    "           tags : list<string>  attrs : map<string, int>  born : date\n"
    "           note : string }\n"
    "  purpose p  basis std.gdpr.contract\n"
    "  stored in db as primary, queue as temporary for at most 3 days\n"
    "  retain 1 year from made\n"
    "  redact name after 30 days from made\n"
    "  on customer.terminated delete within 30 days because \"whichever comes first\"\n"
    "  flag when \"odd\" in tags\n"
    "  hold when \"level\" in attrs && attrs[\"level\"] > 3\n"
    "}\n"
    "category plain \"Plain\" {\n"
    "  fields { seen : timestamp }\n"
    "  purpose p  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 10 days from seen\n"
    "}\n";

static inline tn_str str(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static inline tenure_value text(const char *s)
{
    return tenure_str(str(s));
}

enum { MADE, ID, NAME, TAGS, ATTRS, BORN, NOTE };

/* 2026-11-23T00:00:00Z */
static const tn_instant now = {1795392000, 0};

#endif
