# Writes OUTPUT, a C++ file that holds the numbered SQL files of FOLDER.
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.sql)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
    string(REGEX REPLACE "^0*([0-9]+)-.*$" "\\1" version ${file})
    file(READ ${FOLDER}/${file} sql)
    string(APPEND rows "        {${version}, \"${file}\", R\"schema(${sql})schema\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from lib/db/schema by lib/db/embed.cmake.
#include \"db/schema.hpp\"

namespace buildd::db {

const std::vector<SchemaFile>& schema_files() {
    static const std::vector<SchemaFile> files{
${rows}    };
    return files;
}

}  // namespace buildd::db
")
