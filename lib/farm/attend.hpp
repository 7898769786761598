// One builder's flow through a pass: scan, collect, dispatch, as far as the command asks. It waits
// for nobody else (spec: behaviour §2.2); what it learns in one stage serves the next.
#pragma once

#include "farm/claim_desk.hpp"
#include "farm/farm.hpp"
#include "farm/file_inquiry.hpp"
#include "farm/ledger.hpp"
#include "model/builder.hpp"

namespace buildd::farm {

struct Stages {
    bool scan = false;
    bool collect = false;
    bool dispatch = false;
};

// What all builders' flows share. All of it outlives them.
struct PassContext {
    Farm& farm;
    Ledger& ledger;
    ClaimDesk& desk;
    FileInquiry& inquiry;
    Stages stages;
};

// Ends none but itself: what fails it is told and noted in the report. Destroyed before its end,
// with the pass, it is noted as cut short.
net::Task<> attend(PassContext pass, BuilderFacts facts);

}  // namespace buildd::farm
