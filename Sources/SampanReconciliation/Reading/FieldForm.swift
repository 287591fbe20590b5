/// How a line is cut into fields.
enum FieldForm: Sendable {
    /// Commas, with quotes as RFC 4180 has them.
    case quoted
    /// Commas alone; a quote is a character like others (Alipay).
    case plain
    /// Every field behind a back-tick, so fields are parted by the pair ,` and may hold a comma (WeChat Pay).
    case backticked
}

/// Where the fields of a line lie.
struct FieldCutter {
    private(set) var fields: [Range<Int>] = []

    /// Cuts `line`, a part of `bytes`; what is wrong with it, or nil.
    mutating func cut(_ bytes: Span<UInt8>, _ line: Range<Int>, _ form: FieldForm) -> String? {
        fields.removeAll(keepingCapacity: true)
        switch form {
        case .plain: cutPlain(bytes, line)
        case .backticked: return cutBackticked(bytes, line)
        case .quoted: return cutQuoted(bytes, line)
        }
        return nil
    }

    private mutating func cutPlain(_ bytes: Span<UInt8>, _ line: Range<Int>) {
        var start = line.lowerBound
        var at = start
        while at < line.upperBound {
            if bytes[at] == UInt8(ascii: ",") {
                fields.append(start..<at)
                start = at + 1
            }
            at += 1
        }
        fields.append(start..<line.upperBound)
    }

    private mutating func cutBackticked(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String? {
        guard !line.isEmpty, bytes[line.lowerBound] == UInt8(ascii: "`") else { return "a line of the bill begins with a back-tick" }
        var start = line.lowerBound + 1
        var at = start
        while at < line.upperBound {
            if bytes[at] == UInt8(ascii: "`"), at > start, bytes[at - 1] == UInt8(ascii: ",") {
                fields.append(start..<at - 1)
                start = at + 1
            }
            at += 1
        }
        fields.append(start..<line.upperBound)
        return nil
    }

    private mutating func cutQuoted(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String? {
        var at = line.lowerBound
        while true {
            if at < line.upperBound, bytes[at] == UInt8(ascii: "\"") {
                let start = at + 1
                at = start
                while at < line.upperBound {
                    if bytes[at] == UInt8(ascii: "\"") {
                        guard at + 1 < line.upperBound, bytes[at + 1] == UInt8(ascii: "\"") else { break }
                        at += 1
                    }
                    at += 1
                }
                guard at < line.upperBound else { return "a quoted field is never closed" }
                fields.append(start..<at)
                at += 1
                guard at == line.upperBound || bytes[at] == UInt8(ascii: ",") else { return "text after a closing quote" }
            } else {
                let start = at
                while at < line.upperBound, bytes[at] != UInt8(ascii: ",") {
                    if bytes[at] == UInt8(ascii: "\"") { return "a quote stands inside a field; quote the field and double the quote" }
                    at += 1
                }
                fields.append(start..<at)
            }
            guard at < line.upperBound else { return nil }
            at += 1
        }
    }
}
