// swift-tools-version: 6.2
// The target graph of Downstream. Sources/README.md explains the line of flow; the tidy tests
// hold the imports against it.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests run with the same language mode and the same strictness about warnings; the test
/// library's macros expand to code that strict memory safety does not accept.
let strictTests: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: readmes(of: name), swiftSettings: strict)
}

/// Folders whose own README would otherwise be an unhandled file.
func readmes(of name: String) -> [String] {
    name == "EventLog" ? ["README.md"] : []
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude,
        swiftSettings: strictTests)
}

let package = Package(
    name: "downstream",
    products: [
        .executable(name: "downstream", targets: ["downstream"]),
        .executable(name: "downstream-bench", targets: ["downstream-bench"]),
        // Loaded into the built program by the fault tests; part of no other product.
        .library(name: "FaultInterposer", type: .dynamic, targets: ["FaultInterposer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(
            name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // simdjson is a library for C++; what is asked of it is a few functions of C.
        .target(
            name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),

        library("LMDB", ["CLMDB"]),
        library("SQLite", ["CSQLite"]),
        library("Digests", ["CLibcrypto"]),
        library("Processes"),
        library("Parallelism"),
        library("Keys", ["Digests", "Parallelism"]),
        library("Randomness"),
        library("Statistics"),
        library("Charts"),
        library("Events"),
        library("Configuration", ["Events", .product(name: "Yams", package: "Yams")]),
        library("Ingestion", ["Events", "Configuration", "CZlib", "CZstd", "CExpat", "CSimdjson"]),
        library("EventLog", ["Events", "LMDB", "Digests", "Parallelism", "CProcessor"]),
        library("Export", ["Events"]),
        library("Projections", ["Events", "Parallelism", "Statistics"]),
        library("Modeling", ["Events", "Projections", "Randomness", "Statistics"]),
        library("Scenarios", ["Events", "Projections", "Modeling", "Configuration"]),
        library("Synthesis", ["Events", "Randomness"]),
        library(
            "Simulation", ["Events", "Projections", "Modeling", "Randomness", "Statistics"]),
        library(
            "Reports",
            ["Events", "Projections", "Modeling", "Simulation", "Statistics", "Charts"]),
        library(
            "Workbench",
            [
                "Events", "Configuration", "Ingestion", "EventLog", "Digests", "Randomness",
                "Statistics", "Projections", "Modeling", "Scenarios", "Synthesis", "Simulation",
                "Reports", "Export", "Keys", "Processes", "Parallelism", "SQLite",
            ]),
        .executableTarget(
            name: "downstream",
            // It imports Workbench alone. The others stand here because its values hold theirs:
            // without them an incremental build keeps the layout of a value that has changed.
            dependencies: [
                "Workbench", "EventLog", "Simulation", "Statistics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        library(
            "Benchmarks",
            [
                "Events", "LMDB", "Digests", "Keys", "Ingestion", "EventLog",
                "Randomness", "Projections", "Modeling",
                "Simulation", "Statistics", "Workbench",
            ]),
        .executableTarget(
            name: "downstream-bench", dependencies: ["Benchmarks"], swiftSettings: strict),

        tests("Events", ["Events"]),
        tests("Randomness", ["Randomness"]),
        tests("Statistics", ["Statistics"]),
        tests("Charts", ["Charts"]),
        tests("LMDB", ["LMDB"]),
        tests("SQLite", ["SQLite"]),
        tests("Processes", ["Processes"]),
        tests("Parallelism", ["Parallelism"]),
        tests("Digests", ["Digests"]),
        tests("Keys", ["Keys", "Digests"]),
        tests(
            "EventLog", ["EventLog", "Events", "LMDB", "Digests"], exclude: ["Goldens"]),
        // The log's own sources once more, as part of the tests: what it keeps to itself - blocks,
        // index, records - has properties of its own, and is no interface for anyone else.
        .testTarget(
            name: "EventLogFormatTests",
            dependencies: ["EventLog", "Events", "LMDB", "Digests", "Parallelism", "CProcessor"],
            exclude: ["Log/README.md"],
            swiftSettings: strictTests + [.enableUpcomingFeature("InternalImportsByDefault")]),
        tests("Configuration", ["Configuration", "Events"]),
        tests("Ingestion", ["Ingestion", "Events", "Configuration"]),
        tests("Synthesis", ["Synthesis", "Events", "Randomness"]),
        tests("Export", ["Export", "Events", "TestSupport"]),
        tests("Tidy", []),
        tests(
            "Scenarios", ["Scenarios", "Configuration", "Events", "Modeling", "Projections"]),
        tests(
            "Workbench",
            [
                "Workbench", "Configuration", "EventLog", "Events", "Keys", "Projections",
                "SQLite", "Simulation", "Statistics",
            ]),
        tests("Reports", ["Reports", "Projections", "Modeling", "Simulation", "Statistics"]),
        // Random logs and hand-written ones, shared by the tests of the pure targets.
        .target(
            name: "TestSupport", dependencies: ["Events", "Projections", "Modeling"],
            path: "Tests/TestSupport", swiftSettings: strictTests),
        tests("Projections", ["Projections", "Events", "TestSupport"]),
        tests(
            "Modeling", ["Modeling", "Projections", "Events", "Randomness", "TestSupport"]),
        tests(
            "Simulation",
            [
                "Simulation", "Modeling", "Projections", "Events", "Randomness", "Statistics",
                "TestSupport",
            ]),
        tests("Benchmarks", ["Benchmarks", "Events"]),
        tests("EndToEnd", ["downstream"]),

        // Faults: what stands between the program and its files, what looks at many stores in one
        // process, and the tests that drive both beside the built program.
        .target(name: "FaultInterposer", path: "Tests/FaultInterposer"),
        .executableTarget(
            name: "fault-check",
            dependencies: ["Workbench", "EventLog", "Events", "Digests", "LMDB"],
            path: "Tests/FaultCheck", swiftSettings: strictTests),
        tests("Fault", ["downstream", "fault-check"]),
    ],
    cxxLanguageStandard: .cxx17
)
