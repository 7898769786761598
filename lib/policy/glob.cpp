#include "policy/glob.hpp"

namespace buildd::policy {

// What does not match goes back to the last star, which then takes one character more: the stars
// before it never need another try.
bool glob_matches(std::string_view glob, std::string_view text) {
    std::size_t at = 0, star = glob.npos, starred = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (at < glob.size() && glob[at] == '*') {
            star = at++;
            starred = i;
        } else if (at < glob.size() && (glob[at] == '?' || glob[at] == text[i])) {
            ++at;
            ++i;
        } else if (star != glob.npos) {
            at = star + 1;
            i = ++starred;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', at) == glob.npos;
}

}  // namespace buildd::policy
