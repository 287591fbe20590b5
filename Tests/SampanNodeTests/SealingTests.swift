import Foundation
import SampanCrypto
import SampanFerry
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Sealing payloads to the inside")
struct SealingTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// Writes a pair, and returns the paths of its files.
    private func pair(_ name: String, mode: Int = 0o600) throws -> (key: String, public: String) {
        let key = try X25519PrivateKey.generate()
        let (file, publicFile) = (directory.file("\(name).key"), directory.file("\(name).pub"))
        try Data(try key.pem()).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        try Data(try key.publicKey.pem()).write(to: URL(fileURLWithPath: publicFile))
        return (file, publicFile)
    }

    private func fault(_ body: () throws(SealFault) -> [UInt8]) -> SealFault? {
        do throws(SealFault) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("GW-19: what the outside seals the inside opens, for that row alone, and not a byte of it is plain")
    func opens() throws {
        let files = try pair("a")
        let (sealer, opener) = (try SealingKey(file: files.public).sealer, try OpeningKeys(files: [files.key]).opener)
        let (payload, row, other) = (Array("病人 P4711".utf8), Array("row 1".utf8), Array("row 2".utf8))
        let box = try sealer.seal(payload, row)
        #expect(try opener.open(box, sealer.recipient, row) == payload)
        #expect(Data(box).range(of: Data("P4711".utf8)) == nil)
        #expect(fault { () throws(SealFault) in try opener.open(box, sealer.recipient, other) } == .broken)
        let bent: [[UInt8]] = [[], [1], Array(box.dropLast()), [2] + Array(box.dropFirst()), [UInt8](repeating: 1, count: 100)]
        for bytes in bent {
            #expect(fault { () throws(SealFault) in try opener.open(bytes, sealer.recipient, row) } == .broken)
        }
    }

    @Test("two keys open at once while they change; without the former, its rows are of an unknown key")
    func rotation() throws {
        let (old, new) = (try pair("old"), try pair("new"))
        let (before, after) = (try SealingKey(file: old.public).sealer, try SealingKey(file: new.public).sealer)
        #expect(before.recipient != after.recipient)
        let boxes = try [before, after].map { ($0.recipient, try $0.seal([7], [1])) }
        let both = try OpeningKeys(files: [new.key, old.key]).opener
        for (recipient, box) in boxes { #expect(try both.open(box, recipient, [1]) == [7]) }
        let one = try OpeningKeys(files: [new.key]).opener
        #expect(fault { () throws(SealFault) in try one.open(boxes[0].1, boxes[0].0, [1]) } == .unknownKey)
        // A box under the name of another key is not of that key.
        #expect(fault { () throws(SealFault) in try both.open(boxes[0].1, boxes[1].0, [1]) } == .broken)
    }

    @Test("thousands of payloads share encapsulations, and each opens, in any order; no two boxes are alike")
    func many() throws {
        let files = try pair("m")
        let (sealer, opener) = (try SealingKey(file: files.public).sealer, try OpeningKeys(files: [files.key]).opener)
        let boxes = try (0..<2_100).map { _ in try sealer.seal([1, 2, 3], [9]) }
        #expect(Set(boxes).count == boxes.count)
        // 1 + 32 bytes lead each.
        #expect(Set(boxes.map { Array($0.prefix(33)) }).count == 3)
        for box in boxes.reversed() { #expect(try opener.open(box, sealer.recipient, [9]) == [1, 2, 3]) }
    }

    @Test("a private key that others may read is refused, and so is a file of another kind")
    func files() throws {
        let open = try pair("open", mode: 0o644)
        #expect { try OpeningKeys(files: [open.key]) } throws: { ($0 as? CryptoError)?.reason == .keyFilePermissions }
        #expect { try SealingKey(file: open.key) } throws: { ($0 as? CryptoError)?.reason == .badKey }
        #expect { try SealingKey(file: directory.file("none")) } throws: { ($0 as? CryptoError)?.reason == .fileMissing }
    }
}
