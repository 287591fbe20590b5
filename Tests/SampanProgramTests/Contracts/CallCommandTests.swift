import Foundation
import SampanAPI
import SampanRPC
import SampanTestSupport
import StoreTestSupport
import Testing

@Suite("sampan list, describe, call", .blocking)
struct CallCommandTests {
    private static let service = "sampan.test.v1.FourKindsService"

    /// A node with reflection, and who asks it.
    private static func region() async throws -> TestRegion {
        try await TestRegion([FourKinds(), ReflectionService(reflecting: [FourKinds()])])
    }

    private static func run(_ region: TestRegion, _ arguments: [String]) async throws -> ProgramRun {
        try await ProgramRun.of(
            arguments + ["--timeout", "5m"], environment: ["SAMPAN_NODE": region.place, "SAMPAN_IDENTITY": region.identity])
    }

    private static func call(_ region: TestRegion, _ method: String, _ arguments: String...) async throws -> ProgramRun {
        try await run(region, ["call", "\(service)/\(method)"] + arguments)
    }

    @Test("list tells the services, and their methods when asked", .timeLimit(.minutes(20)))
    func list() async throws {
        let region = try await Self.region()
        let plain = try await ProgramRun.of(["list", region.place, "--identity", region.identity, "--timeout", "5m"])
        #expect(plain.lines == ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", Self.service])
        let methods = try await Self.run(region, ["list", "--methods"])
        #expect(methods.lines.contains("  \(Self.service)/Collect") && methods.code == 0, "\(methods)")
        let json = try await Self.run(region, ["list", "--json"])
        #expect(json.output.contains("\"name\" : \"\(Self.service)\""))
        await region.close()
    }

    @Test("describe shows services, methods with their messages, messages and enums", .timeLimit(.minutes(20)))
    func describe() async throws {
        let region = try await Self.region()
        let service = try await Self.run(region, ["describe", Self.service])
        #expect(service.lines.first == "service \(Self.service) {")
        #expect(service.lines.contains("  rpc Watch(sampan.test.v1.Small) returns (stream sampan.test.v1.Small);  // no side effects"))
        let method = try await Self.run(region, ["describe", "\(Self.service)/Default"])
        #expect(method.lines.contains("message sampan.test.v1.Keywords.Type {") && method.lines.contains("message sampan.test.v1.Empty {}"))
        let message = try await Self.run(region, ["describe", "sampan.test.v1.EveryKind"])
        for line in [
            "  map<int32, sampan.test.v1.Leaf> m_int32_leaf = 72;", "  optional int32 o_int32 = 23;", "  oneof choice {",
            "    string c_string = 86;", "  repeated google.protobuf.Timestamp times = 105;", "  sampan.test.v1.Color f_color = 16;",
        ] {
            #expect(message.lines.contains(line), "\(line)")
        }
        let enumeration = try await Self.run(region, ["describe", "sampan.test.v1.Color", "--json"])
        #expect(enumeration.output.contains("\"name\" : \"COLOR_CRIMSON\"") && enumeration.output.contains("\"number\" : -3"))
        let none = try await Self.run(region, ["describe", "no.Such"])
        #expect(none.code == 1 && none.errors.contains("has no no.Such") && none.errors.split(separator: "\n").count == 1)
        await region.close()
    }

    @Test("call: one there and one back, with data of every kind of place", .timeLimit(.minutes(20)))
    func unary() async throws {
        let region = try await Self.region()
        let plain = try await Self.call(region, "Do", "-d", #"{"payload":"_w","number":1}"#)
        #expect(plain.code == 0 && plain.output == "{\n  \"payload\": \"/w==\",\n  \"number\": 2\n}\n", "\(plain)")
        let line = try await Self.call(region, "Do", "--json")
        #expect(line.output == "{\"number\":1}\n")
        let file = region.directory.file("data.json")
        try "{\"number\": 41}\n".write(toFile: file, atomically: true, encoding: .utf8)
        let fromFile = try await Self.call(region, "Do", "-d", "@\(file)", "--json", "--defaults")
        #expect(fromFile.output == "{\"payload\":\"\",\"number\":42}\n")
        let shell = try await FinishedProgram.run(
            "/bin/sh",
            ["-c", "printf '{\"number\":6}' | '\(ProgramRun.programs)/sampan' call \(Self.service)/Do -d - --json --timeout 5m"],
            environment: ["PATH": "/usr/bin:/bin", "SAMPAN_NODE": region.place, "SAMPAN_IDENTITY": region.identity])
        #expect(shell.output == "{\"number\":7}\n", "\(shell.errors)")
        await region.close()
    }

    @Test("call: streams either way, several values of JSON being several messages", .timeLimit(.minutes(20)))
    func streams() async throws {
        let region = try await Self.region()
        let watch = try await Self.call(region, "Watch", "-d", #"{"number":3}"#, "--json")
        #expect(watch.lines == ["{}", "{\"number\":1}", "{\"number\":2}"] && watch.code == 0, "\(watch)")
        let collect = try await Self.call(
            region, "Collect", "-d", "{\"number\":1,\"payload\":\"AQ==\"}{\"number\":2}\n{\"number\":3}", "--json")
        #expect(collect.lines == ["{\"payload\":\"AQ==\",\"number\":6}"])
        let none = try await Self.call(region, "Collect", "--json")
        #expect(none.lines == ["{}"])
        let many = region.directory.file("many.json")
        try String(repeating: "{\"number\":5}\n", count: 5_000).write(toFile: many, atomically: true, encoding: .utf8)
        let chat = try await Self.call(region, "Chat", "-d", "@\(many)", "--json")
        #expect(chat.lines.count == 5_000 && chat.lines.last == "{\"number\":-5}", "\(chat.errors)")
        let broken = try await Self.call(region, "Watch", "-d", #"{"number":1,"payload":"AQ=="}"#, "--json")
        #expect(broken.lines == ["{}"] && broken.code == 79)
        #expect(broken.errors == "{\"code\":15,\"status\":\"DATA_LOSS\",\"message\":\"lost\",\"details\":[]}\n")
        await region.close()
    }

    @Test("a call that fails tells status, message and details, and ends with 64 and the status", .timeLimit(.minutes(20)))
    func failed() async throws {
        let region = try await Self.region()
        let run = try await Self.call(region, "Do", "-d", #"{"number":-1}"#)
        #expect(run.code == 67 && run.output.isEmpty)
        #expect(
            run.errors == """
                Error: \(region.place): INVALID_ARGUMENT: number is negative
                  detail {"@type":"type.googleapis.com/google.rpc.BadRequest",\
                "fieldViolations":[{"field":"number","description":"0 or more"}]}
                  detail {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NEGATIVE","domain":"region.example"}

                """)
        let header = try await Self.call(region, "Init", "--header", "x-word: said by the caller")
        #expect(header.code == 73 && header.errors.contains("FAILED_PRECONDITION: said by the caller"))
        let late = try await Self.call(region, "Default", "--deadline", "100ms")
        #expect(late.code == 68 && late.errors.contains("DEADLINE_EXCEEDED"), "\(late)")
        await region.close()
    }

    @Test("what is wrong on this side is one line, and no call is made", .timeLimit(.minutes(20)))
    func wrong() async throws {
        let region = try await Self.region()
        let cases: [(arguments: [String], code: Int32, text: String)] = [
            (["Do", "-d", #"{"nummer":1}"#], 1, "the data is not sampan.test.v1.Small: $: there is no field nummer"),
            (["Do", "-d", #"{"number":"x"}"#], 1, "$.number: must be a whole number"),
            (["Do", "-d", "{"], 1, "line 1, column 2: the text ends"),
            (["Do", "-d", "{}{}"], 1, "takes one message, and the data has 2"), (["Do", "-d", ""], 1, "and the data has none"),
            (["Nope"], 1, "has no method Nope"), (["Do", "-d", "@/no/such"], 1, "/no/such cannot be read"),
            (["Do", "--header", "grpc-x: 1"], 64, "belongs to the protocol"), (["Do", "--header", "x"], 64, "--header is NAME: VALUE"),
        ]
        for row in cases {
            let run = try await Self.run(region, ["call", "\(Self.service)/\(row.arguments[0])"] + row.arguments.dropFirst())
            #expect(run.code == row.code && run.errors.contains(row.text) && run.output.isEmpty, "\(row.arguments): \(run)")
            if row.code == 1 { #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)") }
        }
        let unnamed = try await Self.run(region, ["call", "Do"])
        #expect(unnamed.code == 64)
        let lost = try await ProgramRun.of(["list", "--identity", region.identity])
        #expect(lost.code == 64 && lost.errors.contains("SAMPAN_NODE"))
        await region.close()
    }

    @Test("a node without reflection says so", .timeLimit(.minutes(20)))
    func unreflected() async throws {
        let region = try await TestRegion([FourKinds()])
        let run = try await Self.call(region, "Do")
        #expect(run.code == 1 && run.errors.contains("offers no grpc.reflection"), "\(run)")
        await region.close()
    }
}
