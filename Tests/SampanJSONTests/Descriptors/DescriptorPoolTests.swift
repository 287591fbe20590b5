import SampanAPI
import SampanJSON
import SampanRPC
import SampanTestMessages
import SampanTestSupport
import Testing

@Suite("Contracts from descriptors")
struct DescriptorPoolTests {
    @Test("messages, enums, services and methods are found by their full names")
    func found() throws {
        let pool = try TestPool.pool()
        let message = try #require(pool.message(TestPool.everyKind))
        #expect(message.fields.map(\.number) == message.fields.map(\.number).sorted())
        let field = try #require(message.fields.first { $0.name == "m_int32_leaf" })
        #expect(field.jsonName == "mInt32Leaf" && field.cardinality == .map && field.number == 72)
        #expect(message.fields.first { $0.name == "o_int32" }?.isOptional == true)
        #expect(message.fields.first { $0.name == "c_int32" }?.oneof == 0 && message.oneofs == ["choice"])
        #expect(message.fields.first { $0.name == "f_int32" }?.hasPresence == false)
        #expect(pool.message("sampan.test.v1.EveryKind.Inner.Innermost") != nil && pool.message("Leaf") == nil)
        #expect(pool.enumeration("sampan.test.v1.Color")?.values.map(\.number) == [0, 1, 1, 7, -3])
        let service = try #require(pool.service("sampan.test.v1.FourKindsService"))
        #expect(service.method("Watch")?.isServerStreaming == true && service.method("Watch")?.idempotency == .noSideEffects)
        #expect(service.method("Collect")?.isClientStreaming == true && service.method("Do")?.output == "sampan.test.v1.Small")
        #expect(service.method("No") == nil && pool.services.count == 1)
    }

    @Test("every contract of this package makes a pool")
    func all() throws {
        let pool = try DescriptorPool(
            files: TestPool.files([
                PaymentV1.paymentServiceDescriptor, TrustV1.authorityServiceDescriptor, TrustV1.trustServiceDescriptor,
                TrustV1.nodeServiceDescriptor, GatewayV1.ferryServiceDescriptor, GatewayV1.requestServiceDescriptor,
                MeshV1.registryServiceDescriptor,
                GRPCReflectionV1.reflectionDescriptor, GRPCHealthV1.healthDescriptor, GoogleRPC.errorDetailsDescriptor,
            ]))
        #expect(pool.services.count > 7)
    }

    /// A length-prefixed field, for contracts made by hand.
    private static func part(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
    private static func text(_ number: UInt8, _ text: String) -> [UInt8] { part(number, Array(text.utf8)) }
    private static let proto3: [UInt8] = text(1, "a.proto") + text(12, "proto3")
    private static func field(_ name: String, _ number: [UInt8], _ type: UInt8, _ rest: [UInt8] = []) -> [UInt8] {
        part(2, text(1, name) + [0x18] + number + [0x20, 1, 0x28, type] + rest)
    }
    private static func message(_ name: String, _ fields: [UInt8]) -> [UInt8] { part(4, text(1, name) + fields) }

    @Test(
        "what is no contract is refused",
        arguments: [
            ([0xFF], DescriptorError.malformed(.truncated)), ([0x22, 9, 1], .malformed(.truncated)),
            (text(12, "editions"), .unsupported("editions")), (proto3 + text(2, "a..b"), .invalidName(inside: "")),
            (proto3 + message("1A", []), .invalidName(inside: "")), (proto3 + message("", []), .invalidName(inside: "")),
            (proto3 + part(4, part(1, [0xFF])), .invalidName(inside: "")), (proto3 + message("A", field("x", [0], 5)), .invalid("A.x")),
            (proto3 + message("A", field("x", [0x80, 0x80, 0x80, 0x80, 2], 5)), .invalid("A.x")),
            (proto3 + message("A", field("x", [1], 19)), .invalid("A.x")),
            (proto3 + message("A", field("x", [1], 10)), .unsupported("groups (A.x)")),
            (proto3 + message("A", field("x", [1], 11)), .invalid("A.x")),
            (proto3 + message("A", field("x", [1], 5, text(6, ".A"))), .invalid("A.x")),
            (proto3 + message("A", field("x", [1], 5, [0x48, 0])), .invalid("A.x")),
            (proto3 + message("A", field("x", [1], 5) + field("y", [1], 5)), .duplicate("A.y")),
            (proto3 + message("A", field("x_y", [1], 5) + field("xY", [2], 5)), .duplicate("A.xY")),
            (proto3 + message("A", field("x", [1], 11, text(6, ".B"))), .unknownType("B", usedBy: "A.x")),
            (proto3 + message("A", field("x", [1], 14, text(6, ".A"))), .unknownType("A", usedBy: "A.x")),
            (proto3 + message("A", []) + message("A", []), .duplicate("A")), (proto3 + part(5, text(1, "E")), .invalid("E")),
            (proto3 + message("A", field("x", [1], 5) + part(7, [0x38, 1])), .invalid("A")),
            (proto3 + part(6, text(1, "S") + part(2, text(1, "M") + text(2, ".A") + text(3, ".A"))), .unknownType("A", usedBy: "S/M")),
        ] as [([UInt8], DescriptorError)])
    func refused(file: [UInt8], error: DescriptorError) { #expect(throws: error) { try DescriptorPool(files: [file]) } }

    @Test("limits are kept, and one file may be given twice")
    func limits() throws {
        let file = Self.proto3 + Self.message("A", Self.field("x", [1], 5))
        #expect(try DescriptorPool(files: [file, file]).message("A") != nil)
        #expect(throws: DescriptorError.duplicate("the file a.proto")) { try DescriptorPool(files: [file, file + Self.message("B", [])]) }
        #expect(throws: DescriptorError.self) { try DescriptorPool(files: [file, file], limits: DescriptorLimits(maximumFiles: 1)) }
        #expect(throws: DescriptorError.self) { try DescriptorPool(files: [file], limits: DescriptorLimits(maximumBytes: file.count - 1)) }
        #expect(throws: DescriptorError.self) { try DescriptorPool(files: [file], limits: DescriptorLimits(maximumSymbols: 1)) }
        var nested: [UInt8] = []
        for _ in 0..<33 where nested.count < 120 { nested = Self.text(1, "A") + (nested.isEmpty ? [] : Self.part(3, nested)) }
        #expect(throws: DescriptorError.self) {
            try DescriptorPool(files: [Self.proto3 + Self.part(4, nested)], limits: DescriptorLimits(maximumNesting: 10))
        }
    }

    @Test("bytes of a contract, turned at random, end in a pool or a typed error", arguments: [UInt64(1), 2])
    func turned(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let files = TestPool.files([TestV1.everyKindDescriptor])
        for _ in 0..<300 {
            var file = files[0]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                file[Int.random(in: 0..<file.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let pool = try? DescriptorPool(files: [file] + files.dropFirst()) else { continue }
            _ = try? JSONTranscoder(pool: pool).json(of: [8, 1, 0x12, 2, 8, 1], as: TestPool.everyKind)
        }
    }
}
