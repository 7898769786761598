#include "farm/attend.hpp"

#include "farm/collect.hpp"
#include "farm/dispatch.hpp"
#include "farm/held_rows.hpp"
#include "farm/scan.hpp"

namespace buildd::farm {

namespace {

// Notes a flow that does not reach its end: the pass's own time was over.
class EndOfFlow {
 public:
    EndOfFlow(Report& report, std::string builder)
        : report_(report), builder_(std::move(builder)) {}
    ~EndOfFlow() {
        if (!reached_) report_.cut.push_back(builder_);
    }
    EndOfFlow(const EndOfFlow&) = delete;
    EndOfFlow& operator=(const EndOfFlow&) = delete;
    void reached() { reached_ = true; }

 private:
    Report& report_;
    std::string builder_;
    bool reached_ = false;
};

// The change is undone, and the builder not told of it.
void refused(Farm& farm, const BuilderFacts& builder, const db::StatementError& error) {
    if (error.is_busy()) return leave_to_next_pass(farm, builder);
    farm.log.error("Builder '{}': the database refused a change, which is undone: {}", builder.name,
                   error.what());
    farm.report.needs_person = true;
}

net::Task<> run_stages(BuilderContext context, const Stages& stages, DispatchContext dispatching) {
    const BuilderFacts& builder = context.facts();
    const bool starting = policy::start_under_way(builder);
    const bool goes_on = starting && (stages.collect || stages.dispatch);
    const auto rules = context.farm.start_rules();
    if (stages.scan && !goes_on && policy::is_probed(builder, rules))
        co_await scan(context, stages.collect);
    if (goes_on)
        co_await go_on_with_start(dispatching, stages.dispatch);
    else if (stages.collect && builder.job)
        co_await collect(context);
    if (stages.dispatch && may_take_a_job(context)) co_await dispatch(dispatching);
}

}  // namespace

net::Task<> attend(PassContext pass, BuilderFacts facts) {
    Farm& farm = pass.farm;
    BuilderInPass builder(farm, std::move(facts));
    const std::string& name = builder.facts.name;
    EndOfFlow end(farm.report, name);
    ClaimDesk::Seat seat(pass.desk);
    const BuilderContext context{farm, pass.ledger, builder};
    const DispatchContext dispatching{context, pass.desk, seat, pass.inquiry};
    ++farm.report.builders;
    try {
        co_await run_stages(context, pass.stages, dispatching);
    } catch (const worker::Cut&) {
        farm.report.cut.push_back(name);
    } catch (const db::StatementError& error) {  // its rows, not the session
        refused(farm, builder.facts, error);
    } catch (const std::logic_error& error) {
        farm.log.error("Builder '{}': {}", name, error.what());
        farm.report.needs_person = true;
    }
    seat.leave();
    end.reached();
}

}  // namespace buildd::farm
