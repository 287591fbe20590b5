/// What is wrong with a CSV file, and on which line (1 is the header). Never holds a field's content.
package struct CSVError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        case notUTF8
        case noHeader
        case duplicateColumn(String)
        case missingColumn(String)
        /// Fields found, fields in the header.
        case fieldCount(found: Int, expected: Int)
        /// A quote inside an unquoted field, or text after a closing quote.
        case strayQuote
        case unterminatedQuote
        /// A carriage return that no line feed follows.
        case strayCarriageReturn
        case tooLarge(limit: Int)
    }

    package let problem: Problem
    package let line: Int

    package init(_ problem: Problem, line: Int) {
        self.problem = problem
        self.line = line
    }
}

extension CSVError: CustomStringConvertible {
    package var description: String {
        let what =
            switch problem {
            case .notUTF8: "not UTF-8; save the file as UTF-8"
            case .noHeader: "the file is empty; its first line names the columns"
            case .duplicateColumn(let name): "column \"\(name)\" stands twice in the header"
            case .missingColumn(let name): "column \"\(name)\" is missing in the header"
            case .fieldCount(let found, let expected): "\(found) fields where the header has \(expected)"
            case .strayQuote: "a quote stands inside a field; quote the field and double the quote"
            case .unterminatedQuote: "a quoted field is never closed"
            case .strayCarriageReturn: "a carriage return without a line feed; quote the field"
            case .tooLarge(let limit): "larger than \(limit) bytes"
            }
        return "line \(line): \(what)"
    }
}
