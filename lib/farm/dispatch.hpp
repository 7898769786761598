// dispatch: the builder's claimed job is started, or it is given one (spec: behaviour §8, "Start").
#pragma once

#include "farm/builder_context.hpp"
#include "farm/claim_desk.hpp"
#include "farm/file_inquiry.hpp"

namespace buildd::farm {

struct DispatchContext {
    BuilderContext base;
    ClaimDesk& desk;
    ClaimDesk::Seat& seat;  // given up as soon as it is clear that no job is wanted
    FileInquiry& inquiry;
};

bool may_take_a_job(const BuilderContext& context);

// Both throw worker::Cut, having noted what the start waits for, and db::StatementError.
net::Task<> dispatch(DispatchContext context);
// With a start that an earlier pass left, if all that its claim was made upon still holds.
// `dispatches`: this pass may go on with it.
net::Task<> go_on_with_start(DispatchContext context, bool dispatches);

}  // namespace buildd::farm
