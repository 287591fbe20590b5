// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built with the same strict settings: Swift 6 concurrency, unsafe code marked, warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// Targets in layer order: a target may use those above it in this list and nothing below (`Scripts/check-imports`).
let package = Package(
    name: "Sampan",
    products: [
        .executable(name: "sampan", targets: ["sampan"]),
        .executable(name: "sampan-verify", targets: ["sampan-verify"]),
        .library(name: "SampanClient", targets: ["SampanAPI", "SampanRPC", "SampanTransport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // 0 · C: a module map and a shim header each, no logic.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // libcurl, loaded when it is first used.
        .target(name: "CCurl"),
        // What protoc-c makes from Protos/ (message descriptors and structs).
        .target(name: "CSampanMessages", dependencies: ["CProtobufC"], cSettings: [.headerSearchPath(".")]),

        // 1 · One Swift owner per C library, sans-IO; and the values of the domain.
        .target(name: "SampanDomain", swiftSettings: strict),
        .target(name: "SampanHTTP2", dependencies: ["CNghttp2"], swiftSettings: strict),
        .target(name: "SampanCrypto", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "SampanProtobuf", dependencies: ["CProtobufC"], swiftSettings: strict),
        // JSON, and messages as JSON by their descriptors: pure, and without a C library.
        .target(name: "SampanJSON", swiftSettings: strict),
        .target(name: "SampanStorage", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "SampanCompression", dependencies: ["CZlib"], swiftSettings: strict),
        // Calls of servers of others over HTTP/1.1 and TLS: payment channels. A thread of its own over libcurl.
        .target(name: "SampanHTTPClient", dependencies: ["CCurl"], swiftSettings: strict),
        // XML from outside: without entities, document types or references, and with limits.
        .target(name: "SampanXML", dependencies: ["CExpat"], swiftSettings: strict),
        // Metrics as values and as text, whoever measures them.
        .target(name: "SampanMetrics", swiftSettings: strict),
        .target(name: "SampanChart", swiftSettings: strict),
        // Child processes, of the ferry and of whoever plays a region.
        .target(name: "SampanProcess", dependencies: ["CLinux"], swiftSettings: strict),

        // 2 · Reconciliation: bills and ledgers of a day against each other. Files in, breaks out; no RPC.
        .target(name: "SampanReconciliation", dependencies: ["SampanCompression", "SampanDomain"], swiftSettings: strict),

        // 2 · The double-entry ledger of whichever file it lies in.
        .target(name: "SampanLedger", dependencies: ["SampanStorage", "SampanDomain"], swiftSettings: strict),
        // Documents, their keys and the consent that lets a reader in: one file, one gate.
        .target(name: "SampanRecords", dependencies: ["SampanStorage", "SampanCrypto", "SampanDomain"], swiftSettings: strict),

        // 2 · The patient index: who is who. Matching as pure functions, and a sealed index over storage.
        .target(name: "SampanIdentity", dependencies: ["SampanStorage", "SampanDomain"], swiftSettings: strict),

        // 2 · What payment channels speak: signed requests, answers and callbacks, as pure functions. Bytes in, values out; no HTTP.
        .target(name: "SampanChannels", dependencies: ["SampanCrypto", "SampanJSON", "SampanDomain"], swiftSettings: strict),

        // 2 · Clinical documents: HL7 CDA and FHIR to one neutral value, and that to FHIR. Bytes in, values out.
        .target(
            name: "SampanClinicalDocument", dependencies: ["SampanXML", "SampanJSON", "SampanDomain"], swiftSettings: strict),

        // 2 · What research may be given: the data directory, agreements, and rows that tell nobody whose they are. No RPC.
        .target(
            name: "SampanResearch", dependencies: ["SampanClinicalDocument", "SampanStorage", "SampanCrypto", "SampanDomain"],
            swiftSettings: strict),

        // 2 · The RPC model: statuses, metadata, framing, call state machines. No sockets, no clock.
        .target(name: "SampanRPC", swiftSettings: strict),

        // 3 · The only sockets, loops and timers; and the generated API.
        .target(
            name: "SampanTransport", dependencies: ["CLinux", "SampanRPC", "SampanHTTP2", "SampanCrypto", "SampanCompression"],
            swiftSettings: strict),
        .target(name: "SampanAPI", dependencies: ["SampanRPC", "SampanProtobuf", "CSampanMessages"], swiftSettings: strict),

        // 4 · Who may call what, and how a name becomes a connection.
        .target(
            name: "SampanMesh",
            dependencies: ["SampanTransport", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanCrypto", "SampanStorage", "SampanDomain"],
            swiftSettings: strict),

        // 5 · The certificate authority, which only the platform node hosts.
        .target(
            name: "SampanAuthority",
            dependencies: [
                "SampanMesh", "SampanTransport", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanCrypto", "SampanStorage",
                "SampanDomain",
            ],
            swiftSettings: strict),

        // 5 · The ferry across the network gap.
        .target(
            name: "SampanFerry",
            dependencies: [
                "SampanMesh", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanStorage", "SampanDomain", "SampanProcess", logging,
            ],
            swiftSettings: strict),

        // 6 · The services a cashier or a doctor would recognise.
        .target(
            name: "SampanServices",
            dependencies: [
                "SampanFerry", "SampanMesh", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanCrypto", "SampanLedger",
                "SampanReconciliation", "SampanIdentity", "SampanChannels", "SampanHTTPClient", "SampanRecords", "SampanClinicalDocument",
                "SampanCompression", "SampanStorage", "SampanDomain", logging,
            ],
            swiftSettings: strict),

        // 7 · Composition: configuration → roles → a running node.
        .target(
            name: "SampanNode",
            dependencies: [
                "SampanServices", "SampanIdentity", "SampanRecords", "SampanChannels", "SampanHTTPClient", "SampanFerry", "SampanAuthority",
                "SampanMesh", "SampanTransport", "SampanAPI", "SampanRPC", "SampanJSON",
                "SampanCrypto", "SampanStorage", "SampanDomain", "SampanProcess", "SampanMetrics", logging, yams,
            ],
            resources: [.embedInCode("Resources/node.schema.json")],
            swiftSettings: strict),

        // 8 · Scratch ferries that are measured, for `sampan ferry tune` and the proofs: nothing of a node is in it but its command line.
        .target(
            name: "SampanTuning",
            dependencies: ["SampanMesh", "SampanTransport", "SampanAPI", "SampanRPC", "SampanProcess"], swiftSettings: strict),

        // 8 · Programs.
        .executableTarget(
            name: "sampan",
            dependencies: [
                "SampanNode", "SampanServices", "SampanFerry", "SampanAuthority", "SampanMesh", "SampanTransport", "SampanAPI", "SampanRPC",
                "SampanJSON", "SampanCrypto", "SampanReconciliation", "SampanIdentity", "SampanCompression", "SampanLedger", "SampanTuning",
                "SampanChart", "SampanDomain", "SampanClinicalDocument", argumentParser, logging,
            ],
            swiftSettings: strict),
        .executableTarget(name: "protoc-gen-sampan", dependencies: [], swiftSettings: strict),
        // Checks exports and proofs of audit logs, with nothing of the program that made them but the cryptography.
        .executableTarget(name: "sampan-verify", dependencies: ["SampanCrypto"], swiftSettings: strict),

        // A payment channel, for development and tests: a process of its own, with nothing of the product's services in it.
        .target(
            name: "SampanChannelSimulator",
            dependencies: [
                "SampanAPI", "SampanRPC", "SampanTransport", "SampanMesh", "SampanHTTPClient", "SampanJSON", "SampanCrypto",
                "SampanStorage",
                "SampanDomain", logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sampan-channel-simulator",
            dependencies: [
                "SampanChannelSimulator", "SampanHTTPClient", "SampanMesh", "SampanTransport", "SampanDomain", argumentParser, logging,
            ],
            swiftSettings: strict),

        // What tests, benchmarks and proofs share: randomness that can be played again, latencies, programs that are run to their end.
        .target(
            name: "SampanTestSupport",
            dependencies: [
                "SampanReconciliation", "SampanRPC", "SampanProcess", "SampanCompression", "SampanRecords", "SampanCrypto", "SampanStorage",
                "SampanDomain",
            ],
            swiftSettings: strict),

        // The whole way of a payment in one process, on simulated disks, lines and clocks: every crash point, and searches by seed.
        .target(
            name: "SampanSaga",
            dependencies: [
                "SampanServices", "SampanFerry", "SampanAPI", "SampanRPC", "SampanStorage", "SampanDomain", "SampanTestSupport", logging,
            ],
            swiftSettings: strict),

        // What attackers say to a server: raw frames, floods, peers that follow a script. For tests and proofs.
        .target(name: "SampanSiege", dependencies: ["SampanTransport"], swiftSettings: strict),

        // Plays whole regions of real processes: the demonstration and the proofs. Not part of what is installed.
        .target(
            name: "SampanHarness",
            dependencies: [
                "SampanChannelSimulator", "SampanNode", "SampanServices", "SampanFerry", "SampanAuthority", "SampanMesh", "SampanTransport",
                "SampanAPI", "SampanRPC", "SampanCrypto", "SampanStorage", "SampanDomain", "SampanProcess", "SampanTestSupport",
                "SampanSiege", "SampanSaga", "SampanTuning",
                "SampanCompression", "SampanChart", "SampanIdentity",
            ],
            resources: [
                .embedInCode("Resources/payment-day-20261118.csv"), .embedInCode("Resources/instructions.json"),
                .embedInCode("Resources/mesh_caller.py"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sampan-harness", dependencies: ["SampanHarness", "SampanTestSupport", argumentParser], swiftSettings: strict),
        // A long line between two programs, in C: it needs the kernel's namespaces.
        .executableTarget(name: "shaped-link", path: "Tests/ShapedLink"),

        // Benchmarks: the echo service that the peers' benchmark calls, and a load of our own.
        .target(
            name: "CEchoMessages", dependencies: ["CProtobufC", "CSampanMessages"], path: "Benchmarks/CEchoMessages",
            cSettings: [.headerSearchPath("."), .headerSearchPath("../../Sources/CSampanMessages")]),
        .target(
            name: "EchoMessages", dependencies: ["CEchoMessages", "SampanAPI", "SampanProtobuf", "SampanRPC"],
            path: "Benchmarks/EchoMessages", swiftSettings: strict),
        .executableTarget(
            name: "sampan-bench",
            dependencies: [
                "EchoMessages", "SampanAPI", "SampanRPC", "SampanTransport", "SampanMesh", "SampanCrypto", "SampanDomain",
                "SampanSaga", "SampanTestSupport", "SampanClinicalDocument", argumentParser,
            ],
            path: "Benchmarks/sampan-bench", swiftSettings: strict),

        // Interoperability with other gRPC stacks: the test service that they all have, and a client of it. Not part of what is installed.
        .target(
            name: "CInteropMessages", dependencies: ["CProtobufC", "CSampanMessages"],
            cSettings: [.headerSearchPath("."), .headerSearchPath("../CSampanMessages")]),
        .target(
            name: "InteropMessages", dependencies: ["CInteropMessages", "SampanAPI", "SampanProtobuf", "SampanRPC"],
            swiftSettings: strict),
        .executableTarget(
            name: "sampan-interop",
            dependencies: ["InteropMessages", "SampanAPI", "SampanRPC", "SampanTransport", "SampanCrypto", argumentParser],
            swiftSettings: strict),

        // 9 · Tests mirror the sources.
        .testTarget(
            name: "SampanCryptoTests", dependencies: ["SampanProcess", "SampanTestSupport", "SampanCrypto"], swiftSettings: strict),
        .testTarget(
            name: "SampanTransportTests",
            dependencies: [
                "SampanTestSupport", "SampanSiege", "SampanTransport", "SampanRPC", "SampanHTTP2", "SampanCrypto", "SampanCompression",
                "StoreTestSupport", "sampan-interop",
            ],
            swiftSettings: strict),
        // Tests of storage, domain and the durable stores. The workload is a program that tests kill, and that measures.
        .executableTarget(
            name: "store-workload",
            dependencies: [
                "SampanServices", "SampanFerry", "SampanMesh", "SampanAPI", "SampanRPC", "SampanCrypto", "SampanLedger", "SampanStorage",
                "SampanDomain", "SampanProcess", logging,
            ],
            path: "Tests/StoreWorkload", swiftSettings: strict),
        .target(name: "StoreTestSupport", dependencies: ["SampanProcess"], path: "Tests/StoreTestSupport", swiftSettings: strict),
        .testTarget(name: "SampanTuningTests", dependencies: ["SampanTuning"], swiftSettings: strict),
        .testTarget(name: "SampanProcessTests", dependencies: ["SampanProcess", "StoreTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SampanStorageTests", dependencies: ["SampanStorage", "StoreTestSupport", "store-workload"], swiftSettings: strict),
        .testTarget(
            name: "SampanLedgerTests",
            dependencies: [
                "SampanLedger", "SampanReconciliation", "SampanCrypto", "SampanStorage", "SampanDomain", "SampanTestSupport",
                "StoreTestSupport", "store-workload",
            ],
            swiftSettings: strict),
        // A program that tests of the records kill.
        .executableTarget(
            name: "records-workload", dependencies: ["SampanRecords", "SampanCrypto", "SampanStorage", "SampanDomain"],
            path: "Tests/RecordsWorkload", swiftSettings: strict),
        .testTarget(
            name: "SampanRecordsTests",
            dependencies: [
                "SampanRecords", "SampanCrypto", "SampanStorage", "SampanDomain", "SampanTestSupport", "StoreTestSupport", "records-workload",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampanFerryTests",
            dependencies: [
                "SampanTestSupport", "SampanFerry", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanStorage", "SampanDomain",
                "StoreTestSupport",
                "store-workload", logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "SampanSagaTests", dependencies: ["SampanSaga", "StoreTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SampanServicesTests",
            dependencies: [
                "SampanTestSupport", "SampanServices", "SampanFerry", "SampanMesh", "SampanAPI", "SampanProtobuf", "SampanRPC",
                "SampanChannelSimulator", "SampanChannels", "SampanHTTPClient", "SampanTransport",
                "SampanCrypto", "SampanLedger", "SampanReconciliation", "SampanIdentity", "SampanRecords", "SampanClinicalDocument",
                "SampanStorage", "SampanDomain", "StoreTestSupport", "store-workload", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampanIdentityTests",
            dependencies: [
                "SampanIdentity", "SampanServices", "SampanCompression", "SampanDomain", "SampanTestSupport", "StoreTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(name: "SampanMetricsTests", dependencies: ["SampanMetrics"], swiftSettings: strict),
        .testTarget(name: "SampanDomainTests", dependencies: ["SampanDomain"], swiftSettings: strict),
        .testTarget(
            name: "SampanReconciliationTests",
            dependencies: ["SampanReconciliation", "SampanCompression", "SampanDomain", "SampanTestSupport", "StoreTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SampanXMLTests", dependencies: ["SampanXML", "SampanTestSupport", "StoreTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SampanClinicalDocumentTests",
            dependencies: [
                "SampanClinicalDocument", "SampanXML", "SampanJSON", "SampanCrypto", "SampanDomain", "SampanTestSupport",
                "StoreTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampanResearchTests",
            dependencies: [
                "SampanResearch", "SampanClinicalDocument", "SampanCompression", "SampanCrypto", "SampanStorage", "SampanDomain",
                "SampanTestSupport", "StoreTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampanChannelsTests",
            dependencies: ["SampanChannels", "SampanCrypto", "SampanJSON", "SampanDomain", "SampanTestSupport", "StoreTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SampanHTTPClientTests", dependencies: ["SampanHTTPClient", "SampanProcess", "SampanTestSupport", "StoreTestSupport"],
            exclude: ["Python"], swiftSettings: strict),
        // The contracts of Tests/Protos, generated as those of Protos/ are.
        .target(
            name: "CSampanTestMessages", dependencies: ["CProtobufC", "CSampanMessages"], path: "Tests/CSampanTestMessages",
            cSettings: [.headerSearchPath("."), .headerSearchPath("../../Sources/CSampanMessages")]),
        .target(
            name: "SampanTestMessages", dependencies: ["CSampanTestMessages", "SampanAPI", "SampanProtobuf", "SampanRPC"],
            path: "Tests/SampanTestMessages", swiftSettings: strict),
        .testTarget(
            name: "SampanProtobufTests",
            dependencies: ["SampanProcess", "SampanTestSupport", "SampanProtobuf", "SampanAPI", "SampanTestMessages"],
            exclude: ["Python"],
            swiftSettings: strict),
        .testTarget(
            name: "SampanJSONTests",
            dependencies: [
                "SampanProcess", "SampanTestSupport", "SampanJSON", "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanTestMessages",
            ],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "SampanAPITests", dependencies: ["SampanAPI", "SampanProtobuf", "SampanRPC", "SampanTestMessages"],
            swiftSettings: strict),
        .testTarget(name: "SampanTestSupportTests", dependencies: ["SampanTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SampanProgramTests",
            dependencies: [
                "sampan", "StoreTestSupport", "SampanTestSupport", "SampanReconciliation", "SampanNode", "SampanAuthority", "SampanMesh",
                "SampanServices", "SampanLedger", "SampanStorage", "SampanTransport",
                "SampanAPI", "SampanRPC", "SampanCrypto", "SampanCompression",
                "SampanClinicalDocument", "SampanDomain", "SampanTestMessages", argumentParser,
            ],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "SampanMeshTests",
            dependencies: [
                "SampanTestSupport", "StoreTestSupport", "SampanMesh", "SampanTransport", "SampanAPI",
                "SampanProtobuf", "SampanRPC", "SampanCrypto", "SampanStorage", "SampanDomain", "store-workload",
            ],
            swiftSettings: strict),
        // The product's proofs, looked at by the program that has nothing of the product.
        .testTarget(
            name: "SampanVerifyTests",
            dependencies: [
                "sampan-verify", "SampanTestSupport", "StoreTestSupport", "SampanServices", "SampanRecords", "SampanMesh", "SampanAPI",
                "SampanRPC", "SampanCrypto", "SampanCompression", "SampanStorage", "SampanProcess", "SampanDomain",
            ],
            swiftSettings: strict),
        // A program that tests of the authority kill.
        .executableTarget(
            name: "authority-workload", dependencies: ["SampanAuthority", "SampanMesh", "SampanCrypto", "SampanDomain"],
            path: "Tests/AuthorityWorkload", swiftSettings: strict),
        .testTarget(
            name: "SampanAuthorityTests",
            dependencies: [
                "authority-workload",
                "SampanTestSupport", "StoreTestSupport", "SampanAuthority", "SampanMesh", "SampanTransport",
                "SampanAPI", "SampanProtobuf", "SampanRPC", "SampanCrypto", "SampanStorage", "SampanDomain",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampanChannelSimulatorTests",
            dependencies: [
                "SampanTestSupport", "SampanChannelSimulator", "SampanMesh", "SampanTransport", "SampanAPI", "SampanRPC", "SampanDomain",
                "SampanChannels", "SampanHTTPClient", "SampanCrypto", "SampanProcess", "StoreTestSupport",
                "sampan-channel-simulator", logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "SampanRPCTests", dependencies: ["SampanTestSupport", "SampanRPC", "StoreTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SampanHTTP2Tests", dependencies: ["CNghttp2", "SampanTestSupport", "SampanHTTP2", "StoreTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SampanNodeTests",
            dependencies: [
                "SampanNode", "SampanFerry", "SampanCrypto", "SampanMesh", "SampanTransport", "SampanAPI", "SampanRPC", "SampanStorage",
                "SampanDomain", "SampanHTTPClient", "SampanProcess", "SampanMetrics", "SampanSiege", "StoreTestSupport", "sampan", logging,
            ],
            swiftSettings: strict),
        // Whole regions of real processes over loopback.
        .testTarget(
            name: "SampanEndToEndTests",
            dependencies: [
                "SampanHarness", "SampanChannelSimulator", "SampanServices", "SampanFerry", "SampanMesh", "SampanTransport", "SampanAPI",
                "SampanHTTPClient",
                "SampanRPC", "SampanCrypto", "SampanStorage", "SampanDomain", "SampanTestSupport", "StoreTestSupport", "sampan",
                "sampan-channel-simulator", "sampan-harness", "shaped-link",
            ],
            exclude: ["Python"], swiftSettings: strict),
        // Fuzzing: what reads bytes from outside, a corpus, and an engine; short as tests, long by Scripts/fuzz.
        .target(name: "CFuzzProbe", path: "Tests/CFuzzProbe"),
        .target(
            name: "SampanFuzz",
            dependencies: [
                "CFuzzProbe", "SampanTestSupport", "SampanNode", "SampanMesh", "SampanCrypto", "SampanHTTP2", "SampanCompression", "SampanRPC",
                "SampanProtobuf", "SampanJSON", "SampanXML", "SampanClinicalDocument", "SampanDomain", "SampanAPI", "InteropMessages", "EchoMessages",
                "SampanTestMessages",
            ],
            path: "Tests/SampanFuzz", swiftSettings: strict),
        .executableTarget(
            name: "sampan-fuzz", dependencies: ["SampanFuzz", "SampanProcess", argumentParser], path: "Tests/FuzzProgram",
            swiftSettings: strict),
        .testTarget(
            name: "SampanFuzzTests", dependencies: ["SampanFuzz", "SampanProtobuf", "StoreTestSupport", "sampan-fuzz"],
            exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "SampanCompressionTests", dependencies: ["SampanTestSupport", "SampanCompression", "StoreTestSupport"],
            swiftSettings: strict),
    ]
)
