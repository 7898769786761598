// What the flows about one builder take besides what is theirs alone.
#pragma once

#include "farm/builder_session.hpp"
#include "farm/farm.hpp"
#include "farm/ledger.hpp"
#include "model/builder.hpp"

namespace buildd::farm {

// One builder in a pass: what is known of it, kept up to date by the stages, and the talk with it.
struct BuilderInPass {
    BuilderInPass(const Farm& farm, BuilderFacts facts_)
        : facts(std::move(facts_)), session(farm.http, facts.url, farm.settings().socket_timeout) {}

    BuilderFacts facts;
    BuilderSession session;
    bool failed = false;  // by this pass, which gives it no job any more
};

// References, all of which outlive every flow of the builder.
struct BuilderContext {
    Farm& farm;
    Ledger& ledger;
    BuilderInPass& builder;

    BuilderFacts& facts() const { return builder.facts; }
    BuilderSession& session() const { return builder.session; }
};

}  // namespace buildd::farm
