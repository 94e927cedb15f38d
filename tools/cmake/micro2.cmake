# Shared build words: m2_library, m2_program, m2_test, m2_fuzz, m2_package.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(m2_flags INTERFACE)
target_compile_definitions(m2_flags INTERFACE _GNU_SOURCE)
target_include_directories(m2_flags INTERFACE ${CMAKE_SOURCE_DIR}/firmware ${CMAKE_SOURCE_DIR}/ui ${CMAKE_SOURCE_DIR}/tools)
target_compile_options(m2_flags INTERFACE
    -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wno-format-nonliteral
    -fno-common -ffp-contract=off -fstack-protector-strong -ffunction-sections -fdata-sections)
target_link_options(m2_flags INTERFACE -Wl,--gc-sections -Wl,--as-needed)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(m2_flags INTERFACE -D_FORTIFY_SOURCE=2 -UNDEBUG)
    target_link_options(m2_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
if(M2_SANITIZE)
    target_compile_options(m2_flags INTERFACE -fsanitize=${M2_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(m2_flags INTERFACE -fsanitize=${M2_SANITIZE})
endif()

# m2_package(SODIUM libsodium): an imported target PkgConfig::SODIUM.
macro(m2_package name module)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
endmacro()

# m2_library(m2_store SOURCES a.c b.c LINKS m2_trust PRIVATE_LINKS PkgConfig::SQLITE)
function(m2_library name)
    cmake_parse_arguments(A "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${A_SOURCES})
    target_link_libraries(${name} PUBLIC m2_flags ${A_LINKS} PRIVATE ${A_PRIVATE_LINKS})
endfunction()

# m2_program(micro2 SOURCES main.c LINKS m2_tools)
function(m2_program name)
    cmake_parse_arguments(A "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${A_SOURCES})
    target_link_libraries(${name} PRIVATE m2_flags ${A_LINKS})
endfunction()

# m2_test(journal LINKS m2_store [PATH other.c] [SLOW] [WORKERS] [WORLD] [SOURCES extra.c] [ARGS ...]): tests/unit/test_journal.c, run by ctest as "journal".
# WORLD tests run the micro2 program (unit/world_fixture.h). SLOW tests carry the label "slow": `tools/dev test --all` runs them, `check` does not.
function(m2_test name)
    if(NOT M2_TESTS)
        return()
    endif()
    cmake_parse_arguments(A "SLOW;WORKERS;WORLD" "PATH" "LINKS;SOURCES;ARGS" ${ARGN})
    if(NOT A_PATH)
        set(A_PATH ${CMAKE_SOURCE_DIR}/tests/unit/test_${name}.c)
    endif()
    add_executable(test_${name} ${A_PATH} ${A_SOURCES})
    target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(test_${name} PRIVATE
        M2_SOURCE_DIR="${CMAKE_SOURCE_DIR}" M2_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    target_link_libraries(test_${name} PRIVATE m2_flags ${A_LINKS} m2_test_main)
    if(A_WORLD)
        target_compile_definitions(test_${name} PRIVATE M2_MICRO2="$<TARGET_FILE:micro2>")
        add_dependencies(test_${name} micro2)
    endif()
    add_test(NAME ${name} COMMAND test_${name} ${A_ARGS})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
    if(A_WORKERS)
        set_tests_properties(${name} PROPERTIES LABELS workers)
    endif()
    if(A_SLOW)
        set_tests_properties(${name} PROPERTIES LABELS slow)
    endif()
endfunction()

# m2_fuzz(gift LINKS m2_shelf): tests/fuzz/fuzz_gift.c against tests/fuzz/corpus/gift/.
# Without M2_FUZZ the same target replays its corpus as an ordinary test.
function(m2_fuzz name)
    cmake_parse_arguments(A "" "" "LINKS" ${ARGN})
    set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    if(M2_FUZZ)
        add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(fuzz_${name} PRIVATE m2_flags ${A_LINKS})
    elseif(M2_TESTS)
        add_executable(replay_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
        target_link_libraries(replay_${name} PRIVATE m2_flags ${A_LINKS})
        add_test(NAME fuzz_${name} COMMAND replay_${name} ${corpus})
    endif()
endfunction()
