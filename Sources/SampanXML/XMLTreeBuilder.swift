internal import CLibXML2

/// Drives libxml2 over a text and makes Swift's tree of what it tells. No pointer outlives `root(of:limits:)`: the context is made and
/// freed there, and callbacks copy what they are shown.
@safe final class XMLTreeBuilder {
    /// An element whose end has not come yet.
    private struct Open {
        var element: XMLElement
        var text: [UInt8] = []
    }

    private let limits: XMLLimits
    private let context: xmlParserCtxtPtr
    private var open: [Open] = []
    private var root: XMLElement?
    private var nodes = 0
    private var failure: XMLError?
    /// libxml2 keeps each name once, so its address stands for it.
    private var names: [UnsafePointer<xmlChar>: String] = unsafe [:]

    private static let isStarted: Bool = {
        xmlInitParser()
        return true
    }()

    static func root(of text: [UInt8], limits: XMLLimits) throws(XMLError) -> XMLElement {
        guard !text.isEmpty else { throw XMLError(.malformed(.empty), line: 1) }
        // libxml2 counts in 32 bits.
        guard isStarted, let size = Int32(exactly: text.count) else { throw XMLError(.tooLarge(limit: limits.maximumBytes)) }
        let made = unsafe text.withUnsafeBytes { bytes in
            unsafe xmlCreateMemoryParserCtxt(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), size)
        }
        guard let context = unsafe made else { throw XMLError(.library) }
        defer { unsafe xmlFreeParserCtxt(context) }
        guard unsafe sampan_xml_options(context) == 0 else { throw XMLError(.library) }
        let builder = unsafe XMLTreeBuilder(limits, context)
        let result = withExtendedLifetime(builder) {
            builder.attach()
            return unsafe xmlParseDocument(context)
        }
        if let failure = builder.failure { throw failure }
        guard result == 0, unsafe sampan_xml_is_well_formed(context) == 1, builder.open.isEmpty, let root = builder.root else {
            throw XMLError(.malformed(.syntax), line: Int(unsafe sampan_xml_line(context)))
        }
        return root
    }

    private init(_ limits: XMLLimits, _ context: xmlParserCtxtPtr) {
        self.limits = limits
        unsafe self.context = context
    }

    /// Callbacks get this object without a reference of their own: `root(of:limits:)` holds it as long as they may come.
    private func attach() {
        unsafe sampan_xml_handlers(
            context, Unmanaged.passUnretained(self).toOpaque(),
            { user, name, _, uri, _, _, count, _, attributes in
                unsafe XMLTreeBuilder.of(user)?.start(name, uri, Int(count), attributes)
            },
            { user, _, _, _ in unsafe XMLTreeBuilder.of(user)?.end() },
            { user, characters, length in unsafe XMLTreeBuilder.of(user)?.text(characters, Int(length)) },
            { user, _, _, _ in unsafe XMLTreeBuilder.of(user)?.fail(.documentType) },
            { user, error in unsafe XMLTreeBuilder.of(user)?.report(error) })
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
        unsafe user.map { unsafe Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libxml2 tells

    private func start(
        _ name: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?, _ count: Int,
        _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) {
        guard failure == nil else { return }
        guard open.count < limits.maximumDepth else { return fail(.tooDeep(limit: limits.maximumDepth)) }
        closeText()
        guard countNode() else { return }
        var list: [XMLElement.Attribute] = []
        list.reserveCapacity(count)
        // Five pointers each: local name, prefix, URI, begin and end of the value.
        for place in 0..<count {
            guard let five = unsafe attributes?.advanced(by: 5 * place), let begin = unsafe five[3], let end = unsafe five[4] else {
                continue
            }
            let value = unsafe UnsafeBufferPointer(start: begin, count: max(0, end - begin))
            list.append(
                XMLElement.Attribute(
                    namespace: unsafe interned(five[2]), name: unsafe interned(five[0]),
                    value: unsafe String(decoding: value, as: UTF8.self)))
        }
        open.append(
            Open(
                element: XMLElement(
                    namespace: unsafe interned(uri), name: unsafe interned(name), attributes: list, children: [],
                    line: Int(unsafe sampan_xml_line(context)))))
    }

    private func end() {
        guard failure == nil else { return }
        closeText()
        guard failure == nil, let element = open.popLast()?.element else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].element.children.append(.element(element)) }
    }

    private func text(_ characters: UnsafePointer<xmlChar>?, _ length: Int) {
        guard failure == nil, !open.isEmpty, length > 0, let characters = unsafe characters else { return }
        let last = open.count - 1
        guard open[last].text.count + length <= limits.maximumTextBytes else { return fail(.textTooLong(limit: limits.maximumTextBytes)) }
        unsafe open[last].text.append(contentsOf: UnsafeBufferPointer(start: characters, count: length))
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

    private func interned(_ name: UnsafePointer<xmlChar>?) -> String {
        guard let name = unsafe name else { return "" }
        if let known = unsafe names[name] { return known }
        let text = unsafe String(cString: name)
        unsafe names[name] = text
        return text
    }

    // MARK: Failures

    private func fail(_ reason: XMLError.Reason, line: Int? = nil) {
        guard failure == nil else { return }
        failure = XMLError(reason, line: line ?? Int(unsafe sampan_xml_line(context)))
        unsafe xmlStopParser(context)
    }

    /// libxml2's own message is not kept: it may quote the text.
    private func report(_ error: UnsafePointer<xmlError>?) {
        guard unsafe sampan_xml_error_is_warning(error) == 0 else { return }
        let line = Int(unsafe sampan_xml_error_line(error))
        switch xmlParserErrors(rawValue: UInt32(bitPattern: unsafe sampan_xml_error_code(error))) {
        case XML_ERR_NO_MEMORY: fail(.library, line: line)
        case XML_ERR_DOCUMENT_EMPTY: fail(.malformed(.empty), line: line)
        case XML_ERR_DOCUMENT_END: fail(.malformed(.somethingBehind), line: line)
        case XML_ERR_TAG_NOT_FINISHED, XML_ERR_GT_REQUIRED, XML_ERR_LTSLASH_REQUIRED: fail(.malformed(.endsEarly), line: line)
        case XML_ERR_TAG_NAME_MISMATCH: fail(.malformed(.tagMismatch), line: line)
        case XML_ERR_ATTRIBUTE_REDEFINED, XML_NS_ERR_ATTRIBUTE_REDEFINED: fail(.malformed(.attributeTwice), line: line)
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY: fail(.malformed(.undefinedEntity), line: line)
        case XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF: fail(.malformed(.badCharacter), line: line)
        case XML_NS_ERR_UNDEFINED_NAMESPACE: fail(.malformed(.undefinedPrefix), line: line)
        default: fail(.malformed(.syntax), line: line)
        }
    }
}
