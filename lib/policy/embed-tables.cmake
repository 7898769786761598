# Writes OUTPUT, a C++ file that holds dpkg's own tables of FOLDER.
set(definitions "")
foreach(table cputable tupletable)
    file(READ ${FOLDER}/${table} text)
    string(APPEND definitions "const char* const ${table} = R\"table(${text})table\";\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from ${FOLDER} by lib/policy/embed-tables.cmake.
#include \"policy/dpkg_tables.hpp\"

namespace buildd::policy {

${definitions}
}  // namespace buildd::policy
")
