/// Why a JSON text and a message could not become one another.
///
/// Says where and what was asked for, and holds nothing of the values: names come from the contract, keys of maps and members of
/// `google.protobuf.Struct` are told by their place. So it may be logged and sent.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong with a text that is no JSON.
    public enum Malformation: Sendable, Hashable {
        case endsEarly
        case unexpected
        /// More stands behind the value.
        case somethingBehind
        case badNumber
        case badEscape
        /// Half of a pair of `\u` escapes.
        case loneSurrogate
        /// A control character that is not escaped.
        case controlCharacter
        /// An object has a name twice.
        case nameTwice
    }

    public enum Reason: Sendable, Hashable {
        /// No JSON (RFC 8259). Line and column begin with 1; columns are characters.
        case malformed(Malformation, line: Int, column: Int)
        /// The text is not UTF-8.
        case notUTF8
        /// The text has more bytes than the limit.
        case textTooLarge(limit: Int)
        /// What would be written has more bytes than the limit.
        case outputTooLarge(limit: Int)
        /// Objects, lists or messages stand in one another deeper than the limit.
        case tooDeep(limit: Int)
        /// More values altogether than the limit.
        case tooManyValues(limit: Int)
        /// The message has no such field. The name is told where it looks like one, else nil.
        case unknownField(String?)
        /// A field is given by both of its names.
        case fieldTwice
        /// A map has a key twice.
        case keyTwice
        /// Two members of the oneof of this name.
        case twoOfOneof(String)
        /// proto2: a required field is missing.
        case missingField(String)
        /// The value is of another shape than the field.
        case expected(JSONShape)
        /// No type of this name is known here; nil where the name does not look like one.
        case unknownType(String?)
        /// The message on the wire is damaged.
        case damaged(WireFault)
        /// A string on the wire is not UTF-8.
        case stringNotUTF8
        /// A message on the wire holds what its JSON form cannot say: a moment out of range, a number that is none.
        case unwritable(JSONShape)
    }

    public let reason: Reason
    /// Where, from `$`, which is the message: `$.items[2].amount`. Elements count from 0; of a map, `{2}` is its third entry.
    public private(set) var path = "$"

    init(_ reason: Reason) { self.reason = reason }

    /// The same, seen from one level further out.
    func inside(_ step: String) -> JSONError {
        var error = self
        error.path = "$" + step + path.dropFirst()
        return error
    }

    /// Whether it is one of our limits that was met, not a fault of the text.
    public var isLimit: Bool {
        switch reason {
        case .textTooLarge, .outputTooLarge, .tooDeep, .tooManyValues, .damaged(.nestingTooDeep): true
        default: false
        }
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .malformed(let problem, let line, let column): "line \(line), column \(column): \(problem.text)"
        case .notUTF8: "the text is not UTF-8"
        case .textTooLarge(let limit): "the text has more than \(limit) bytes"
        case .outputTooLarge(let limit): "the message would be more than \(limit) bytes of JSON"
        case .tooDeep(let limit): "more than \(limit) levels stand in one another"
        case .tooManyValues(let limit): "there are more than \(limit) values"
        case .unknownField(let name?): "\(path): there is no field \(name)"
        case .unknownField(nil): "\(path): there is a field that the contract does not have"
        case .fieldTwice: "\(path): the field is given twice, by both of its names"
        case .keyTwice: "\(path): a key stands there twice"
        case .twoOfOneof(let name): "\(path): two members of the oneof \(name) are given, at most one may be"
        case .missingField(let name): "\(path): the field \(name) is required"
        case .expected(let shape): "\(path): must be \(shape)"
        case .unknownType(let name?): "\(path): the type \(name) is not known here"
        case .unknownType(nil): "\(path): the type is not known here"
        case .damaged(let fault): "\(path): \(fault)"
        case .stringNotUTF8: "\(path): the string is not UTF-8"
        case .unwritable(let shape): "\(path): is not \(shape), and has no form in JSON"
        }
    }
}

extension JSONError.Malformation {
    fileprivate var text: String {
        switch self {
        case .endsEarly: "the text ends before the value does"
        case .unexpected: "a character stands where none like it may"
        case .somethingBehind: "something stands behind the value"
        case .badNumber: "this is no number of JSON"
        case .badEscape: "this is no escape of JSON"
        case .loneSurrogate: "half of a surrogate pair"
        case .controlCharacter: "a control character must be escaped"
        case .nameTwice: "the object has this name already"
        }
    }
}
