# A room is a top-level folder, a static library hone_<room> and a namespace hone::<room>.

set(HONE_PCH_PLAIN "${PROJECT_SOURCE_DIR}/cmake/pch_plain.h")
set(HONE_PCH_TORCH "${PROJECT_SOURCE_DIR}/cmake/pch_torch.h")

# core/version.h, made from the version in CMakeLists.txt.
set(HONE_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
configure_file("${PROJECT_SOURCE_DIR}/cmake/version.h.in" "${HONE_GENERATED_DIR}/core/version.h" @ONLY)

# One precompiled header for the targets without libtorch, one for those with it. A target that reuses one must be
# compiled with the same options and definitions, so targets have none of their own.
function(hone_pch target torch)
  if(torch)
    set(flavour torch)
    set(header "${HONE_PCH_TORCH}")
    set(libraries ${TORCH_LIBRARIES})
  else()
    set(flavour plain)
    set(header "${HONE_PCH_PLAIN}")
  endif()
  if(NOT TARGET hone_pch_${flavour})
    add_library(hone_pch_${flavour} STATIC "${PROJECT_SOURCE_DIR}/cmake/pch.cpp")
    target_include_directories(hone_pch_${flavour} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(hone_pch_${flavour} PRIVATE ${libraries} nlohmann_json::nlohmann_json Threads::Threads)
    if(torch)
      target_compile_options(hone_pch_${flavour} PRIVATE -fopenmp)
    endif()
    target_precompile_headers(hone_pch_${flavour} PRIVATE "${header}")
  endif()
  if(torch)
    target_compile_options(${target} PRIVATE -fopenmp)
    target_link_libraries(${target} PRIVATE "${HONE_OPENMP_RUNTIME}")
  endif()
  target_precompile_headers(${target} REUSE_FROM hone_pch_${flavour})
endfunction()

# The launcher asks "did anything change?" of these folders only.
function(hone_watch folder)
  set_property(GLOBAL APPEND PROPERTY HONE_WATCHED "${folder}")
endfunction()

function(hone_write_watched)
  get_property(watched GLOBAL PROPERTY HONE_WATCHED)
  list(REMOVE_DUPLICATES watched)
  list(JOIN watched "\n" lines)
  file(WRITE "${PROJECT_BINARY_DIR}/watched.txt" "${lines}\n")
endfunction()

# A static library of the folder's sources; a folder of headers only gets the empty pch.cpp as its source.
function(hone_library name)
  set(sources ${ARGN})
  if(NOT sources)
    set(sources "${PROJECT_SOURCE_DIR}/cmake/pch.cpp")
  endif()
  add_library(hone_${name} STATIC ${sources})
  target_include_directories(hone_${name} PUBLIC "${PROJECT_SOURCE_DIR}" "${HONE_GENERATED_DIR}")
endfunction()

# hone_room(NAME [TORCH] [USES room…])
function(hone_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/policies/(tokenizers|chat)/")
  list(FILTER sources EXCLUDE REGEX "/cli/main\\.cpp$")
  hone_library(${name} ${sources})
  hone_watch(${name})
  target_link_libraries(hone_${name} PUBLIC nlohmann_json::nlohmann_json Boost::headers Threads::Threads)
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(hone_${name} PUBLIC hone_${used})
  endforeach()
  if(ROOM_TORCH)
    target_link_libraries(hone_${name} PUBLIC ${TORCH_LIBRARIES} hone_tokenizers)
  endif()
  hone_pch(hone_${name} "${ROOM_TORCH}")

  # Kernels are plain loops over raw pointers, without libtorch: they get the machine's vector instructions and no
  # precompiled header.
  file(GLOB kernels CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${name}/kernels/*.cpp")
  if(kernels)
    set_source_files_properties(${kernels} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    if(HONE_NATIVE)
      set_source_files_properties(${kernels} PROPERTIES COMPILE_OPTIONS
        "-O3;-march=native;-mprefer-vector-width=512;-fno-math-errno;-fno-trapping-math")
    endif()
  endif()
endfunction()

# policies/tokenizers and policies/chat are a target of their own: messages to text to ids and back, without libtorch.
function(hone_tokenizers)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/policies/tokenizers/*.cpp"
    "${PROJECT_SOURCE_DIR}/policies/chat/*.cpp")
  hone_library(tokenizers ${sources})
  hone_watch(policies)
  target_include_directories(hone_tokenizers SYSTEM PRIVATE
    "${HONE_SENTENCEPIECE_INCLUDE}" "${HONE_PCRE2_INCLUDE}" "${HONE_UTF8PROC_INCLUDE}")
  target_link_libraries(hone_tokenizers PUBLIC hone_core
    PRIVATE "${HONE_SENTENCEPIECE_TRAIN}" "${HONE_SENTENCEPIECE}" "${HONE_PCRE2}" "${HONE_UTF8PROC}")
  hone_pch(hone_tokenizers FALSE)
endfunction()

# The binary is cli/main.cpp; the rest of cli is a library, so that tests can link it.
function(hone_program)
  if(EXISTS "${PROJECT_SOURCE_DIR}/cli/main.cpp")
    add_executable(hone "${PROJECT_SOURCE_DIR}/cli/main.cpp")
    target_link_libraries(hone PRIVATE hone_cli)
    hone_pch(hone TRUE)
  endif()
endfunction()

# bench/<name>.cpp -> bench_<name>. Those of the tokenizers, of exact math and of plug-ins are built without libtorch too.
function(hone_benches)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
  hone_watch(bench)
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    if(name STREQUAL "tokenize")
      set(library hone_tokenizers)
      set(torch FALSE)
    elseif(name MATCHES "^(exact_math|plugins|rubric)$")
      set(library hone_rewards)
      set(torch FALSE)
    elseif(HONE_TORCH)
      set(library hone_cli)
      set(torch TRUE)
    else()
      continue()
    endif()
    add_executable(bench_${name} "${source}")
    if(name STREQUAL "exact_math")  # it reads the suite as the tests do
      target_sources(bench_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/rewards/exact_math_suite.cpp")
    endif()
    target_link_libraries(bench_${name} PRIVATE ${library})
    hone_pch(bench_${name} ${torch})
  endforeach()
endfunction()

# What the tests of plug-ins start or load, beside test_rewards. They are strangers to hone: no sanitizer, whose shadow
# memory a worker's limits refuse, and no precompiled header.
function(hone_test_plugins)
  add_executable(faulty_scorer "${PROJECT_SOURCE_DIR}/tests/plugins/faulty_scorer.cpp")
  target_link_libraries(faulty_scorer PRIVATE nlohmann_json::nlohmann_json Threads::Threads)
  target_compile_options(faulty_scorer PRIVATE -fno-sanitize=all)
  target_link_options(faulty_scorer PRIVATE -fno-sanitize=all)
  # Loaded into the test, they have its sanitizers.
  foreach(library IN ITEMS faulty_library wrapped_library)
    add_library(${library} MODULE "${PROJECT_SOURCE_DIR}/tests/plugins/${library}.cpp")
    target_link_libraries(${library} PRIVATE hone_scorer_headers)
    set_target_properties(${library} PROPERTIES PREFIX "")
  endforeach()
  add_dependencies(test_rewards faulty_scorer faulty_library wrapped_library)
endfunction()

# One test executable a room: tests/<room>/*.cpp -> test_<room>, run from the source root. Beside its text each leaves
# tests/<room>.xml in the build folder, from which the launcher adds up the cases.
function(hone_tests)
  set(torch policies rollout rl cli)
  # A server that misbehaves, for the tests of what asks services.
  file(GLOB server CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/http_server/*.cpp")
  hone_library(test_server ${server})
  target_link_libraries(hone_test_server PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  foreach(room IN ITEMS core datasets rewards cost report tokenizers ${torch})
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${room}/*.cpp")
    if(NOT TARGET hone_${room} OR NOT sources)
      continue()
    endif()
    add_executable(test_${room} ${sources})
    target_link_libraries(test_${room} PRIVATE hone_${room} Catch2::Catch2WithMain)
    if(room MATCHES "^(core|rewards)$")
      target_link_libraries(test_${room} PRIVATE hone_test_server)
    endif()
    if(room IN_LIST torch)
      hone_pch(test_${room} TRUE)
    else()
      hone_pch(test_${room} FALSE)
    endif()
    add_test(NAME ${room}
      COMMAND test_${room} --reporter console::out=- --reporter xml::out=${PROJECT_BINARY_DIR}/tests/${room}.xml
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${room} PROPERTIES TIMEOUT 1800)
  endforeach()
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  hone_test_plugins()

  # The scripts' tests have nothing to sanitize.
  if(NOT HONE_SANITIZE)
    foreach(script IN ITEMS check_includes setup/check_includes_test setup/launcher_test)
      get_filename_component(name "${script}" NAME)
      add_test(NAME ${name} COMMAND bash "${PROJECT_SOURCE_DIR}/tests/${script}.sh"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
      set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    endforeach()
    add_test(NAME find_package_test
      COMMAND bash "${PROJECT_SOURCE_DIR}/tests/plugins/find_package_test.sh" "${PROJECT_BINARY_DIR}"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(find_package_test PROPERTIES TIMEOUT 300)
    if(TARGET hone)
      foreach(script IN ITEMS resume_test bad_input_test corrupt_files_test)
        add_test(NAME ${script} COMMAND bash "${PROJECT_SOURCE_DIR}/tests/cli/${script}.sh" $<TARGET_FILE:hone>)
        set_tests_properties(${script} PROPERTIES TIMEOUT 600)
      endforeach()
    endif()
  endif()
endfunction()
