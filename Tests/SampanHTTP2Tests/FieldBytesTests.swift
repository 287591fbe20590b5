import CNghttp2
@testable import SampanHTTP2
import SampanTestSupport
import Testing

/// libnghttp2's own checks are the measure.
@Suite("Bytes of header fields")
struct FieldBytesTests {
    /// What of ours has to say the same as what of theirs.
    enum Kind: String, CaseIterable, Sendable { case name, value, path, authority, method }

    private static func ours(_ kind: Kind, _ text: [UInt8]) -> Bool {
        unsafe text.withUnsafeBytes { bytes in
            switch kind {
            case .name: unsafe FieldBytes.isName(bytes)
            case .value: unsafe FieldBytes.isValue(bytes)
            case .path: unsafe FieldBytes.all(bytes, are: FieldBytes.path)
            case .authority: unsafe FieldBytes.all(bytes, are: FieldBytes.authority)
            case .method: unsafe FieldBytes.all(bytes, are: FieldBytes.token)
            }
        }
    }

    private static func theirs(_ kind: Kind, _ text: [UInt8]) -> Bool {
        unsafe text.withUnsafeBufferPointer { bytes in
            let (start, count) = (bytes.baseAddress, bytes.count)
            let answer =
                switch kind {
                case .name: unsafe nghttp2_check_header_name(start, count)
                case .value: unsafe nghttp2_check_header_value_rfc9113(start, count)
                case .path: unsafe nghttp2_check_path(start, count)
                case .authority: unsafe nghttp2_check_authority(start, count)
                case .method: unsafe nghttp2_check_method(start, count)
                }
            return answer != 0
        }
    }

    /// The names of pseudo-headers are no business of `FieldBytes`.
    private static func agrees(_ kind: Kind, _ text: [UInt8]) -> Bool {
        (kind == .name && text.first == UInt8(ascii: ":")) || ours(kind, text) == theirs(kind, text)
    }

    @Test("every byte at every place of every length up to 19", arguments: Kind.allCases)
    func everyByte(kind: Kind) {
        for length in 1...19 {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    text[place] = byte
                    #expect(Self.agrees(kind, text), "\(text)")
                }
            }
        }
    }

    @Test("seeded texts of bytes at the borders", arguments: Kind.allCases)
    func borders(kind: Kind) {
        var random = SeededRandom(seed: 42)
        let bytes: [UInt8] = [
            0, 8, 9, 10, 13, 31, 32, 33, 35, 44, 45, 46, 47, 57, 58, 64, 65, 90, 91, 94, 96, 97, 122, 123, 124, 125, 126, 127, 128, 129,
            255,
        ]
        for _ in 0..<20_000 {
            let good = random.next() % 2 == 0
            let text = (0..<Int(1 + random.next() % 40)).map { _ in
                good && random.next() % 16 != 0
                    ? UInt8(ascii: "a") + UInt8(random.next() % 26) : bytes[Int(random.next() % UInt64(bytes.count))]
            }
            #expect(Self.agrees(kind, text), "\(text)")
        }
    }

    @Test("an empty name is none, an empty value is one")
    func empty() {
        #expect(unsafe !FieldBytes.isName(UnsafeRawBufferPointer(start: nil, count: 0)))
        #expect(unsafe FieldBytes.isValue(UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}
