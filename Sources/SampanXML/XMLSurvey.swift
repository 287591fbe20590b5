/// One look over the text before expat gets it, for what a reader's work and memory may grow with faster than the text: attributes of one
/// tag, namespaces in scope, the length of a token. And a document type declaration ends here, so that none of expat's code for entities
/// and subsets ever runs.
///
/// It need not understand XML: where it errs on a text that is not well-formed, expat refuses the text.
struct XMLSurvey {
    private let bytes: [UInt8]
    private let limits: XMLLimits
    private var position = 0

    static func check(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) {
        var survey = XMLSurvey(bytes: bytes, limits: limits)
        try survey.run()
    }

    private init(bytes: [UInt8], limits: XMLLimits) { (self.bytes, self.limits) = (bytes, limits) }

    private mutating func run() throws(XMLError) {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                position += 1
                continue
            }
            if at("<!--") {
                skip(past: "-->", from: position + 4)
            } else if at("<![CDATA[") {
                skip(past: "]]>", from: position + 9)
            } else if at("<?") {
                skip(past: "?>", from: position + 2)
            } else if at("<!") {
                throw error(.documentType)
            } else {
                try tag()
            }
        }
    }

    /// From `<` to behind `>`: a `>` between quotes does not end it.
    private mutating func tag() throws(XMLError) {
        let start = position
        var (attributes, namespaces, isBlank) = (0, 0, false)
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") { break }
            if isBlank, at("xmlns") { namespaces += 1 }
            isBlank = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
            position += 1
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { continue }
            attributes += 1
            while position < bytes.count, bytes[position] != byte { position += 1 }
            position += 1
        }
        position = min(position + 1, bytes.count)
        if position - start > limits.maximumTagBytes { throw error(.tagTooLong(limit: limits.maximumTagBytes), at: start) }
        if attributes > limits.maximumAttributes { throw error(.tooManyAttributes(limit: limits.maximumAttributes), at: start) }
        if namespaces > limits.maximumNamespaces { throw error(.tooManyNamespaces(limit: limits.maximumNamespaces), at: start) }
    }

    private func at(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { return false }
        return bytes[position..<position + length].elementsEqual(word.description.utf8)
    }

    /// To behind the word, or to the end.
    private mutating func skip(past word: String, from start: Int) {
        let word = Array(word.utf8)
        position = min(start, bytes.count)
        while position + word.count <= bytes.count {
            if bytes[position] == word[0], bytes[position..<position + word.count].elementsEqual(word) {
                position += word.count
                return
            }
            position += 1
        }
        position = bytes.count
    }

    private func error(_ reason: XMLError.Reason, at place: Int? = nil) -> XMLError {
        XMLError(reason, line: bytes[..<(place ?? position)].count { $0 == 0x0A } + 1)
    }
}
