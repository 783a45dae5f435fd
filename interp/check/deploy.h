/* deploy: where the data is: stores, facts and bindings, against the policy.
 *
 * Every placement of the deployment's categories is bound exactly once for each of its
 * roles, every entity that they are of has its facts, and every event they use is
 * provided.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_DEPLOY_H
#define TN_CHECK_DEPLOY_H

#include "interp/check/checker.h"

/* Every deployment is checked; the model keeps the rows of the only one. */
TN_MUST_USE tn_status tn_deploy(tn_checker *ck);

/* A deployment on the way. */
typedef struct tn_deploying {
    tn_checker *ck;
    const tn_loaded *loaded;
    tn_scope scope;
    tn_map stores;           /* name: row */
    uint32_t *provided;      /* per entity: its fact source; TN_NONE */
    bool *is_provided;       /* per fact: a mapping provides it */
    bool *is_used;           /* per fact: the policy reads it */
    bool *is_ours;           /* per module: the deployment is of it */
    bool *is_seen;           /* per module: it is in the scope */
    const tn_decl **bind_of; /* per category: its `bind`; NULL */
    bool *is_misbound; /* per category: a target that is wrong may be meant for what
                          is missing */
    uint32_t *bound;   /* per placement: roles that are bound */
} tn_deploying;

/* The row of a store named by a binding or facts; TN_NONE after a diagnostic. The noun
 * must be the store's own: table, index, topic. */
uint32_t tn_deploy_store(tn_deploying *d, const tn_name *name, const tn_name *noun);

/* feeds.c: store ... feeds A, B; all stores are known */
TN_MUST_USE tn_status tn_deploy_feeds(tn_deploying *d);
/* facts.c: entity E from ... */
TN_MUST_USE tn_status tn_deploy_facts(tn_deploying *d, const tn_decl *decl);
/* bindings.c: bind C { ... } */
TN_MUST_USE tn_status tn_deploy_bind(tn_deploying *d, const tn_decl *decl);

#endif
