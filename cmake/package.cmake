# What others build scorers against, without the rest of hone: two headers and find_package(hone).
#   cmake --install build/release --prefix PREFIX --component scorer
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# hone::scorer, a target of headers. In this tree they are included from their own folder, as in PREFIX/include/hone.
function(hone_scorer_package)
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/hone")
  add_library(hone_scorer_headers INTERFACE)
  set_target_properties(hone_scorer_headers PROPERTIES EXPORT_NAME scorer)
  target_compile_features(hone_scorer_headers INTERFACE cxx_std_17)
  target_include_directories(hone_scorer_headers INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/rewards/plugins>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/hone>")
  install(FILES rewards/plugins/hone_scorer.h rewards/plugins/hone_scorer.hpp
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/hone" COMPONENT scorer)
  install(TARGETS hone_scorer_headers EXPORT hone COMPONENT scorer)
  install(EXPORT hone NAMESPACE hone:: FILE honeConfig.cmake DESTINATION "${package_dir}" COMPONENT scorer)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/honeConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
  install(FILES "${PROJECT_BINARY_DIR}/honeConfigVersion.cmake" DESTINATION "${package_dir}" COMPONENT scorer)
endfunction()
