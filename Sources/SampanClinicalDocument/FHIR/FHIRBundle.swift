internal import SampanJSON

/// The resources of a bundle, and how they refer to one another (R4, bundle.html#references).
struct FHIRBundle {
    struct Entry {
        let fullURL: String?
        let type: String
        let resource: FHIRObject

        var address: ResourceAddress { ResourceAddress(fullURL: fullURL, id: resource.text("id")) }
    }

    let entries: [Entry]
    private var byURL: [String: Int] = [:]
    /// `Type/id`, where one entry has it alone.
    private var byID: [String: Int?] = [:]

    /// Throws for a resource without a type that R4 has, and for two entries of one fullUrl.
    init(_ bundle: FHIRObject, limits: FHIRLimits) throws(DocumentError) {
        let list = bundle.objects("entry")
        guard list.count <= limits.maximumEntries else {
            throw DocumentError(.tooManyEntries(limit: limits.maximumEntries), at: "Bundle.entry")
        }
        var entries: [Entry] = []
        entries.reserveCapacity(list.count)
        for (index, object) in list.enumerated() {
            // An entry of a transaction may have a request only.
            guard let resource = object.object("resource") else { continue }
            let type = try FHIRReader.type(of: resource, at: "Bundle.entry[\(index)].resource")
            entries.append(Entry(fullURL: object.text("fullUrl"), type: type, resource: resource))
        }
        self.entries = entries
        for (index, entry) in entries.enumerated() {
            if let url = entry.fullURL {
                // Versions of one resource share it (a history); else it is each one's own.
                let version = entry.resource.object("meta")?.text("versionId")
                if byURL.updateValue(index, forKey: url) != nil, version == nil {
                    throw DocumentError(.fullURLTwice, at: "Bundle.entry[\(index)].fullUrl")
                }
                if let version { byURL["\(url)/_history/\(version)"] = index }
            }
            if let id = entry.resource.text("id") {
                let key = "\(entry.type)/\(id)"
                byID[key] = byID[key] == nil ? .some(index) : .some(nil)
            }
        }
    }

    /// A single resource, as a bundle of one.
    init(single resource: FHIRObject, type: String) {
        entries = [Entry(fullURL: nil, type: type, resource: resource)]
        if let id = resource.text("id") { byID["\(type)/\(id)"] = .some(0) }
    }

    /// The entry that a reference in `origin` means; nil where the bundle does not hold it.
    func resolve(_ reference: String, from origin: Int?) -> Int? {
        if let index = byURL[reference] { return index }
        guard !isAbsolute(reference) else {
            // A version that is not here: the resource as it is here.
            guard let cut = reference.firstRange(of: "/_history/") else { return nil }
            return byURL[String(reference[..<cut.lowerBound])]
        }
        if let origin, let base = base(of: entries[origin]), let index = byURL["\(base)\(reference)"] { return index }
        // Servers write batches without fullUrl, or with ones that are no base: there the id alone tells, where it is one entry's.
        let key = reference.firstRange(of: "/_history/").map { String(reference[..<$0.lowerBound]) } ?? reference
        return byID[key] ?? nil
    }

    /// `http://server/base/` of `http://server/base/Type/id`.
    private func base(of entry: Entry) -> String? {
        guard let url = entry.fullURL, url.hasPrefix("http"), let id = entry.resource.text("id") else { return nil }
        let tail = "\(entry.type)/\(id)"
        return url.hasSuffix("/\(tail)") ? String(url.dropLast(tail.count)) : nil
    }

    private func isAbsolute(_ reference: String) -> Bool {
        reference.hasPrefix("urn:") || reference.hasPrefix("http://") || reference.hasPrefix("https://")
    }
}
