internal import CExpat

/// Drives expat over a text and makes Swift's tree of what it tells. No pointer outlives `root(of:limits:)`: the parser is made and freed
/// there, and callbacks copy what they are shown.
@safe final class XMLTreeBuilder {
    /// An element whose end has not come yet.
    private struct Open {
        var element: XMLElement
        var text: [UInt8] = []
    }

    /// A name with the namespace that it is in.
    private struct QualifiedName {
        let namespace: String
        let name: String
    }

    /// Between namespace and name, as expat tells them: no text of XML holds it.
    private static let separator: UInt8 = 1

    private let limits: XMLLimits
    private let parser: XML_Parser
    private var open: [Open] = []
    private var root: XMLElement?
    private var nodes = 0
    private var failure: XMLError?
    /// A document has few names, and each of them often.
    private var names: [String: QualifiedName] = [:]

    static func root(of text: [UInt8], limits: XMLLimits) throws(XMLError) -> XMLElement {
        // expat counts in 32 bits.
        guard let size = Int32(exactly: text.count) else { throw XMLError(.tooLarge(limit: limits.maximumBytes)) }
        // The text is UTF-8 already, whatever its declaration says.
        guard let parser = unsafe XML_ParserCreateNS("UTF-8", CChar(bitPattern: separator)) else { throw XMLError(.library) }
        defer { unsafe XML_ParserFree(parser) }
        let builder = unsafe XMLTreeBuilder(limits, parser)
        let status = withExtendedLifetime(builder) {
            builder.attach()
            return unsafe text.withUnsafeBytes { bytes in
                unsafe XML_Parse(parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), size, 1)
            }
        }
        if let failure = builder.failure { throw failure }
        guard status == XML_STATUS_OK else { throw builder.error(in: text) }
        guard builder.open.isEmpty, let root = builder.root else { throw XMLError(.malformed(.syntax), line: builder.line) }
        return root
    }

    private init(_ limits: XMLLimits, _ parser: XML_Parser) {
        self.limits = limits
        unsafe self.parser = parser
    }

    /// Callbacks get this object without a reference of their own: `root(of:limits:)` holds it as long as they may come. There is nobody
    /// who would resolve an entity or load a subset; a document type ends the reading.
    private func attach() {
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser, { user, name, attributes in unsafe XMLTreeBuilder.of(user)?.start(name, attributes) },
            { user, _ in unsafe XMLTreeBuilder.of(user)?.end() })
        unsafe XML_SetCharacterDataHandler(parser) { user, characters, length in
            unsafe XMLTreeBuilder.of(user)?.text(characters, Int(length))
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in unsafe XMLTreeBuilder.of(user)?.fail(.documentType) }
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
        unsafe user.map { unsafe Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What expat tells

    private func start(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        guard failure == nil else { return }
        guard open.count < limits.maximumDepth else { return fail(.tooDeep(limit: limits.maximumDepth)) }
        closeText()
        guard countNode() else { return }
        var list: [XMLElement.Attribute] = []
        // Names and values by turns, a null behind the last.
        var place = unsafe attributes
        while let pair = unsafe place, let key = unsafe pair[0], let value = unsafe pair[1] {
            let qualified = unsafe qualified(key)
            list.append(XMLElement.Attribute(namespace: qualified.namespace, name: qualified.name, value: unsafe String(cString: value)))
            unsafe place = pair + 2
        }
        let qualified = unsafe qualified(name)
        open.append(
            Open(
                element: XMLElement(namespace: qualified.namespace, name: qualified.name, attributes: list, children: [], line: line)))
    }

    private func end() {
        guard failure == nil else { return }
        closeText()
        guard failure == nil, let element = open.popLast()?.element else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].element.children.append(.element(element)) }
    }

    private func text(_ characters: UnsafePointer<XML_Char>?, _ length: Int) {
        guard failure == nil, !open.isEmpty, length > 0, let characters = unsafe characters else { return }
        let last = open.count - 1
        guard open[last].text.count + length <= limits.maximumTextBytes else { return fail(.textTooLong(limit: limits.maximumTextBytes)) }
        unsafe open[last].text.append(contentsOf: UnsafeRawBufferPointer(start: characters, count: length))
    }

    /// What came since the last tag becomes one text.
    private func closeText() {
        let last = open.count - 1
        guard last >= 0, !open[last].text.isEmpty, countNode() else { return }
        open[last].element.children.append(.text(String(decoding: open[last].text, as: UTF8.self)))
        open[last].text.removeAll(keepingCapacity: true)
    }

    private func countNode() -> Bool {
        nodes += 1
        guard nodes > limits.maximumNodes else { return true }
        fail(.tooManyNodes(limit: limits.maximumNodes))
        return false
    }

    private func qualified(_ told: UnsafePointer<XML_Char>?) -> QualifiedName {
        guard let told = unsafe told else { return QualifiedName(namespace: "", name: "") }
        let whole = unsafe String(cString: told)
        if let known = names[whole] { return known }
        let parts = whole.utf8.split(separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        let made = parts.count == 2 ? QualifiedName(namespace: parts[0], name: parts[1]) : QualifiedName(namespace: "", name: whole)
        names[whole] = made
        return made
    }

    // MARK: Failures

    private var line: Int { Int(clamping: unsafe XML_GetCurrentLineNumber(parser)) }

    private func fail(_ reason: XMLError.Reason) {
        guard failure == nil else { return }
        failure = XMLError(reason, line: line)
        _ = unsafe XML_StopParser(parser, 0)
    }

    /// What expat refused.
    private func error(in text: [UInt8]) -> XMLError {
        let reason: XMLError.Reason =
            switch unsafe XML_GetErrorCode(parser) {
            case XML_ERROR_NO_MEMORY: .library
            case XML_ERROR_NO_ELEMENTS: .malformed(open.isEmpty ? .empty : .endsEarly)
            case XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR, XML_ERROR_UNCLOSED_CDATA_SECTION: .malformed(.endsEarly)
            case XML_ERROR_JUNK_AFTER_DOC_ELEMENT: .malformed(.somethingBehind)
            case XML_ERROR_TAG_MISMATCH: .malformed(.tagMismatch)
            case XML_ERROR_DUPLICATE_ATTRIBUTE: .malformed(.attributeTwice)
            case XML_ERROR_UNDEFINED_ENTITY: .malformed(.undefinedEntity)
            case XML_ERROR_BAD_CHAR_REF: .malformed(.badCharacter)
            case XML_ERROR_UNBOUND_PREFIX: .malformed(.undefinedPrefix)
            case XML_ERROR_INVALID_TOKEN where isBadCharacter(in: text): .malformed(.badCharacter)
            default: .malformed(.syntax)
            }
        return XMLError(reason, line: line)
    }

    /// Whether expat stopped at a control character (XML 1.0 §2.2).
    private func isBadCharacter(in text: [UInt8]) -> Bool {
        let place = Int(unsafe XML_GetCurrentByteIndex(parser))
        return text.indices.contains(place) && text[place] < 0x20 && ![0x09, 0x0A, 0x0D].contains(text[place])
    }
}
