# cmake -D OUTPUT=file.cpp -D FOLDER=folder -D FILES=a;b -P embed.cmake
# Writes the files, named relative to FOLDER, into a C++ source: the program needs no file at run time.
set(text "// Written by embed.cmake.\n#include \"core/rtl/rtl_sources.h\"\n\nnamespace ternbench {\n\n")
string(APPEND text "const std::vector<RtlSource>& rtlSources()\n{\n    static const std::vector<RtlSource> sources{\n")
foreach(file IN LISTS FILES)
    file(READ "${FOLDER}/${file}" content)
    string(APPEND text "        {\"${file}\", R\"~embedded~(${content})~embedded~\"},\n")
endforeach()
string(APPEND text "    };\n    return sources;\n}\n\n} // namespace ternbench\n")
file(WRITE "${OUTPUT}" "${text}")
