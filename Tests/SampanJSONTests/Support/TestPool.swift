import SampanAPI
import SampanJSON
import SampanRPC
import SampanTestMessages

/// Contracts that the tests share.
enum TestPool {
    static let everyKind = "sampan.test.v1.EveryKind"

    /// The test contracts and all types of Google's that have a JSON form of their own.
    static func pool() throws -> DescriptorPool {
        try DescriptorPool(
            files: files([
                TestV1.everyKindDescriptor, TestV1.fourKindsServiceDescriptor, GoogleProtobuf.wrappersDescriptor,
                GoogleProtobuf.structDescriptor, GoogleProtobuf.fieldMaskDescriptor, GoogleProtobuf.emptyDescriptor,
            ]))
    }

    /// The files and all that they import.
    static func files(_ roots: [FileDescriptor]) -> [[UInt8]] {
        var (files, open, seen): ([[UInt8]], [FileDescriptor], Set<String>) = ([], roots, [])
        while let file = open.popLast() {
            guard seen.insert(file.name).inserted else { continue }
            files.append(file.serialized)
            open += file.dependencies
        }
        return files
    }

    static func transcoder(_ options: JSONOptions = .standard, _ limits: JSONLimits = .default) throws -> JSONTranscoder {
        JSONTranscoder(pool: try pool(), options: options, limits: limits)
    }
}

extension JSONTranscoder {
    func wire(_ json: String, _ type: String = TestPool.everyKind) throws(JSONError) -> [UInt8] {
        try wire(of: Array(json.utf8), as: type)
    }

    func json(_ wire: [UInt8], _ type: String = TestPool.everyKind) throws(JSONError) -> String {
        String(decoding: try json(of: wire, as: type), as: UTF8.self)
    }

    /// The text after it was a message.
    func again(_ json: String, _ type: String = TestPool.everyKind) throws(JSONError) -> String {
        try self.json(try wire(json, type), type)
    }

    /// Why the text was refused; nil when it was not.
    func refusal(_ json: String, _ type: String = TestPool.everyKind) -> String? {
        do throws(JSONError) {
            _ = try wire(json, type)
            return nil
        } catch {
            return error.description
        }
    }
}
