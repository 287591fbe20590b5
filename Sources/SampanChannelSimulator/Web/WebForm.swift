/// Parameters of a query or a form, decoded, and back (WHATWG URL §5).
enum WebForm {
    /// Nil for what is no form, or has a name twice.
    static func read(_ text: some Sequence<UInt8>) -> [String: String]? {
        var form: [String: String] = [:]
        for part in Array(text).split(separator: UInt8(ascii: "&")) {
            guard let sign = part.firstIndex(of: UInt8(ascii: "=")), let name = decode(part[..<sign]),
                let value = decode(part[(sign + 1)...]), form.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return form
    }

    static func write(_ form: [String: String]) -> [UInt8] {
        Array(form.sorted { $0.key < $1.key }.map { "\(encode($0.key))=\(encode($0.value))" }.joined(separator: "&").utf8)
    }

    /// What is signed: by name, decoded, without what is named.
    static func signed(_ form: [String: String], without names: Set<String>) -> [UInt8] {
        Array(
            form.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&").utf8)
    }

    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                decoded.append(0x20)
            } else if byte == UInt8(ascii: "%") {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else { return nil }
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "*"):
                String(UnicodeScalar(byte))
            case 0x20: "+"
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
