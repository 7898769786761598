#include "policy/fetch_blame.hpp"

namespace buildd::policy {

Asked heard(long status) {
    if (status >= 200 && status < 300) return Asked::there;
    if (status == 401 || status == 403 || status == 404 || status == 410) return Asked::gone;
    if (status == 408 || status == 429) return Asked::no_answer;
    if (status >= 500 && status != 501) return Asked::no_answer;
    return Asked::no;
}

Counted count_fetch(Asked asked) {
    switch (asked) {
        case Asked::there:
            return {false, true};
        case Asked::no:
            return {true, false};
        case Asked::gone:
        case Asked::no_answer:
            break;
    }
    return {};
}

Counted count_late(Asked asked) {
    const bool nobody = asked == Asked::gone || asked == Asked::no_answer;
    return {!nobody, !nobody};
}

}  // namespace buildd::policy
