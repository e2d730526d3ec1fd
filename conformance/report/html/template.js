// Written by precompile.ts from page.hbs, page.css and page.client.js.
/* oxlint-disable */
// prettier-ignore
export const template = {"0":function(container,depth0,helpers,partials,data) {
    var lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<p class=\"agent\"><bdi>"
    + container.escapeExpression(container.lambda(container.strict(lookupProperty(depth0,"subject"), "agent", {"start":{"line":17,"column":47},"end":{"line":17,"column":60}} ), depth0))
    + "</bdi></p>";
},"1":function(container,depth0,helpers,partials,data) {
    var lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<div class=\"wide\"><dt>address</dt><dd class=\"mono\">"
    + container.escapeExpression(container.lambda(container.strict(lookupProperty(depth0,"subject"), "address", {"start":{"line":20,"column":80},"end":{"line":20,"column":95}} ), depth0))
    + "</dd></div>";
},"2":function(container,depth0,helpers,partials,data) {
    return "<div><dt>took</dt><dd>"
    + container.escapeExpression(container.lambda(container.strict(depth0, "durationText", {"start":{"line":22,"column":48},"end":{"line":22,"column":60}} ), depth0))
    + "</dd></div>";
},"3":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<i class=\"v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":26,"column":86},"end":{"line":26,"column":93}} ), depth0))
    + "\" style=\"flex-grow:"
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":26,"column":116},"end":{"line":26,"column":121}} ), depth0))
    + "\" title=\""
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":26,"column":134},"end":{"line":26,"column":139}} ), depth0))
    + " "
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":26,"column":144},"end":{"line":26,"column":151}} ), depth0))
    + "\"></i>";
},"4":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<li><b class=\"mark v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":27,"column":60},"end":{"line":27,"column":67}} ), depth0))
    + "\" aria-hidden=\"true\">"
    + alias3(alias2(alias1(depth0, "mark", {"start":{"line":27,"column":92},"end":{"line":27,"column":96}} ), depth0))
    + "</b><span class=\"count\">"
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":27,"column":124},"end":{"line":27,"column":129}} ), depth0))
    + "</span> "
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":27,"column":141},"end":{"line":27,"column":148}} ), depth0))
    + " <small>"
    + alias3(alias2(alias1(depth0, "meaning", {"start":{"line":27,"column":160},"end":{"line":27,"column":167}} ), depth0))
    + "</small></li>";
},"5":function(container,depth0,helpers,partials,data) {
    return "<th scope=\"col\">"
    + container.escapeExpression(container.lambda(depth0, depth0))
    + "</th>";
},"6":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n    <tr><th scope=\"row\"><a href=\"#p-"
    + alias3(alias2(alias1(depth0, "anchor", {"start":{"line":36,"column":38},"end":{"line":36,"column":44}} ), depth0))
    + "\">"
    + alias3(alias2(alias1(depth0, "protocol", {"start":{"line":36,"column":50},"end":{"line":36,"column":58}} ), depth0))
    + "</a></th>\n      <td class=\"barcol\"><div class=\"bar small\">"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"cells"),{"name":"each","hash":{},"fn":container.program(7, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":37,"column":48},"end":{"line":37,"column":149}}})) != null ? stack1 : "")
    + "</div></td>\n      <td class=\"num\">"
    + alias3(alias2(alias1(depth0, "total", {"start":{"line":38,"column":24},"end":{"line":38,"column":29}} ), depth0))
    + "</td>\n      "
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"cells"),{"name":"each","hash":{},"fn":container.program(9, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":39,"column":6},"end":{"line":39,"column":313}}})) != null ? stack1 : "")
    + "\n    </tr>";
},"7":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"count"),{"name":"if","hash":{},"fn":container.program(8, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":37,"column":63},"end":{"line":37,"column":140}}})) != null ? stack1 : "");
},"8":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<i class=\"v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":37,"column":90},"end":{"line":37,"column":97}} ), depth0))
    + "\" style=\"flex-grow:"
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":37,"column":120},"end":{"line":37,"column":125}} ), depth0))
    + "\"></i>";
},"9":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<td class=\"num\">"
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"count"),{"name":"if","hash":{},"fn":container.program(10, data, 0, blockParams, depths),"inverse":container.program(11, data, 0, blockParams, depths),"data":data,"loc":{"start":{"line":39,"column":37},"end":{"line":39,"column":299}}})) != null ? stack1 : "")
    + "</td>";
},"10":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<button type=\"button\" class=\"cell v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":39,"column":88},"end":{"line":39,"column":95}} ), depth0))
    + "\" data-pick-protocol=\""
    + alias3(alias2(alias1(depths[1], "protocol", {"start":{"line":39,"column":121},"end":{"line":39,"column":132}} ), depth0))
    + "\" data-pick-verdict=\""
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":39,"column":157},"end":{"line":39,"column":164}} ), depth0))
    + "\" aria-label=\""
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":39,"column":182},"end":{"line":39,"column":187}} ), depth0))
    + " "
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":39,"column":192},"end":{"line":39,"column":199}} ), depth0))
    + " in "
    + alias3(alias2(alias1(depths[1], "protocol", {"start":{"line":39,"column":207},"end":{"line":39,"column":218}} ), depth0))
    + ": show only these\">"
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":39,"column":241},"end":{"line":39,"column":246}} ), depth0))
    + "</button>";
},"11":function(container,depth0,helpers,partials,data) {
    return "<span class=\"zero\">·</span>";
},"12":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<section aria-labelledby=\"differ-head\">\n  <h2 id=\"differ-head\">What differs from what is expected</h2>\n  <ol class=\"differ\">"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"differing"),{"name":"each","hash":{},"fn":container.program(13, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":47,"column":21},"end":{"line":50,"column":84}}})) != null ? stack1 : "")
    + "\n  </ol>\n</section>\n";
},"13":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "\n    <li><a href=\"#"
    + alias3(alias2(alias1(depth0, "anchor", {"start":{"line":48,"column":20},"end":{"line":48,"column":26}} ), depth0))
    + "\"><b class=\"mark v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":48,"column":49},"end":{"line":48,"column":56}} ), depth0))
    + "\" aria-hidden=\"true\">"
    + alias3(alias2(alias1(depth0, "mark", {"start":{"line":48,"column":81},"end":{"line":48,"column":85}} ), depth0))
    + "</b> <span class=\"id\">"
    + ((stack1 = alias2(alias1(depth0, "breakable", {"start":{"line":48,"column":112},"end":{"line":48,"column":121}} ), depth0)) != null ? stack1 : "")
    + "</span></a>\n      <p><span class=\"who\">did</span> <span>"
    + alias3(alias2(alias1(depth0, "did", {"start":{"line":49,"column":46},"end":{"line":49,"column":49}} ), depth0))
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"died"),{"name":"if","hash":{},"fn":container.program(14, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":49,"column":51},"end":{"line":49,"column":137}}})) != null ? stack1 : "")
    + "</span></p>\n      <p><span class=\"who\">origin</span> <span>"
    + alias3(alias2(alias1(depth0, "sentence", {"start":{"line":50,"column":49},"end":{"line":50,"column":57}} ), depth0))
    + "</span></p></li>";
},"14":function(container,depth0,helpers,partials,data) {
    return "; <em class=\"died\">afterwards it no longer served a fresh dial</em>";
},"15":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<button type=\"button\" class=\"chip v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":59,"column":118},"end":{"line":59,"column":125}} ), depth0))
    + "\" data-verdict=\""
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":59,"column":145},"end":{"line":59,"column":152}} ), depth0))
    + "\" aria-pressed=\"true\">"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":59,"column":178},"end":{"line":59,"column":185}} ), depth0))
    + " <span>"
    + alias3(alias2(alias1(depth0, "count", {"start":{"line":59,"column":196},"end":{"line":59,"column":201}} ), depth0))
    + "</span></button>";
},"16":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "  <section class=\"protocol\" id=\"p-"
    + alias3(alias2(alias1(depth0, "anchor", {"start":{"line":64,"column":36},"end":{"line":64,"column":42}} ), depth0))
    + "\" data-protocol=\""
    + alias3(alias2(alias1(depth0, "protocol", {"start":{"line":64,"column":63},"end":{"line":64,"column":71}} ), depth0))
    + "\">\n    <h3>"
    + alias3(alias2(alias1(depth0, "protocol", {"start":{"line":65,"column":10},"end":{"line":65,"column":18}} ), depth0))
    + " <span class=\"count\">"
    + alias3(alias2(alias1(depth0, "total", {"start":{"line":65,"column":43},"end":{"line":65,"column":48}} ), depth0))
    + "</span></h3>\n    "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"graphs"),"length"),{"name":"if","hash":{},"fn":container.program(17, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":66,"column":4},"end":{"line":69,"column":21}}})) != null ? stack1 : "")
    + "\n    <div class=\"list\">\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"cases"),{"name":"each","hash":{},"fn":container.program(19, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":71,"column":4},"end":{"line":96,"column":13}}})) != null ? stack1 : "")
    + "    </div>\n  </section>\n";
},"17":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<details class=\"machine\"><summary>State diagrams: which edges the cases walked</summary>\n      <p class=\"key\"><span class=\"v-pass\">walked, as asked</span> <span class=\"v-fail\">walked, broken</span> <span class=\"v-observed\">walked, not judged</span> <span class=\"unlit\">not walked</span></p>\n      "
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"graphs"),{"name":"each","hash":{},"fn":container.program(18, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":68,"column":6},"end":{"line":68,"column":140}}})) != null ? stack1 : "")
    + "\n    </details>";
},"18":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<figure><figcaption>"
    + alias3(alias2(alias1(depth0, "role", {"start":{"line":68,"column":44},"end":{"line":68,"column":48}} ), depth0))
    + "</figcaption><div class=\"scroll diagram\" id=\""
    + alias3(alias2(alias1(depth0, "anchor", {"start":{"line":68,"column":97},"end":{"line":68,"column":103}} ), depth0))
    + "\">"
    + ((stack1 = alias2(alias1(depth0, "svg", {"start":{"line":68,"column":110},"end":{"line":68,"column":113}} ), depth0)) != null ? stack1 : "")
    + "</div></figure>";
},"19":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "    <details class=\"case\" id=\""
    + alias3(alias2(alias1(depth0, "anchor", {"start":{"line":72,"column":32},"end":{"line":72,"column":38}} ), depth0))
    + "\" data-verdict=\""
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":72,"column":58},"end":{"line":72,"column":65}} ), depth0))
    + "\" data-find=\""
    + alias3(alias2(alias1(depth0, "find", {"start":{"line":72,"column":82},"end":{"line":72,"column":86}} ), depth0))
    + "\""
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"differs"),{"name":"if","hash":{},"fn":container.program(20, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":72,"column":89},"end":{"line":72,"column":124}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"graph"),{"name":"if","hash":{},"fn":container.program(21, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":72,"column":124},"end":{"line":72,"column":228}}})) != null ? stack1 : "")
    + ">\n      <summary><b class=\"mark v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":73,"column":34},"end":{"line":73,"column":41}} ), depth0))
    + "\" title=\""
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":73,"column":54},"end":{"line":73,"column":61}} ), depth0))
    + "\">"
    + alias3(alias2(alias1(depth0, "mark", {"start":{"line":73,"column":67},"end":{"line":73,"column":71}} ), depth0))
    + "</b><span class=\"id\">"
    + ((stack1 = alias2(alias1(depth0, "breakable", {"start":{"line":73,"column":97},"end":{"line":73,"column":106}} ), depth0)) != null ? stack1 : "")
    + "</span><span class=\"title\">"
    + alias3(alias2(alias1(depth0, "title", {"start":{"line":73,"column":138},"end":{"line":73,"column":143}} ), depth0))
    + "</span>"
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"flag"),{"name":"if","hash":{},"fn":container.program(22, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":73,"column":152},"end":{"line":73,"column":205}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"level"),{"name":"if","hash":{},"fn":container.program(23, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":73,"column":205},"end":{"line":73,"column":261}}})) != null ? stack1 : "")
    + "</summary>\n      <div class=\"body\">\n        <dl class=\"told\">\n          <div><dt>did</dt><dd>"
    + alias3(alias2(alias1(depth0, "did", {"start":{"line":76,"column":33},"end":{"line":76,"column":36}} ), depth0))
    + "</dd></div>\n          "
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"earlier"),{"name":"each","hash":{},"fn":container.program(24, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":77,"column":10},"end":{"line":77,"column":129}}})) != null ? stack1 : "")
    + "\n          <div><dt>allowed</dt><dd>"
    + alias3(alias2(alias1(depth0, "allowed", {"start":{"line":78,"column":37},"end":{"line":78,"column":44}} ), depth0))
    + "</dd></div>\n          <div><dt>verdict</dt><dd><b class=\"v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":79,"column":49},"end":{"line":79,"column":56}} ), depth0))
    + " word\">"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":79,"column":67},"end":{"line":79,"column":74}} ), depth0))
    + "</b> <span class=\"soft\">"
    + alias3(alias2(alias1(depth0, "meaning", {"start":{"line":79,"column":102},"end":{"line":79,"column":109}} ), depth0))
    + "</span></dd></div>\n          "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"reaction"),{"name":"if","hash":{},"fn":container.program(25, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":80,"column":10},"end":{"line":80,"column":82}}})) != null ? stack1 : "")
    + "\n          "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"survivedText"),{"name":"if","hash":{},"fn":container.program(26, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":81,"column":10},"end":{"line":81,"column":90}}})) != null ? stack1 : "")
    + "\n          "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"expectedText"),{"name":"if","hash":{},"fn":container.program(27, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":82,"column":10},"end":{"line":82,"column":182}}})) != null ? stack1 : "")
    + "\n          <div><dt>took</dt><dd>"
    + alias3(alias2(alias1(depth0, "durationText", {"start":{"line":83,"column":34},"end":{"line":83,"column":46}} ), depth0))
    + "</dd></div>\n        </dl>\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"requirements"),"length"),{"name":"if","hash":{},"fn":container.program(29, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":85,"column":8},"end":{"line":86,"column":349}}})) != null ? stack1 : "")
    + "\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"given"),{"name":"if","hash":{},"fn":container.program(35, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":87,"column":8},"end":{"line":87,"column":72}}})) != null ? stack1 : "")
    + "\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"steps"),"length"),{"name":"if","hash":{},"fn":container.program(36, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":88,"column":8},"end":{"line":88,"column":113}}})) != null ? stack1 : "")
    + "\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"outcomes"),"length"),{"name":"if","hash":{},"fn":container.program(38, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":89,"column":8},"end":{"line":89,"column":132}}})) != null ? stack1 : "")
    + "\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"graph"),{"name":"if","hash":{},"fn":container.program(39, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":90,"column":8},"end":{"line":90,"column":96}}})) != null ? stack1 : "")
    + "\n        "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"lines"),"length"),{"name":"if","hash":{},"fn":container.program(40, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":91,"column":8},"end":{"line":92,"column":452}}})) != null ? stack1 : "")
    + "\n        <p class=\"again\"><code>"
    + alias3(alias2(alias1(depth0, "replay", {"start":{"line":93,"column":33},"end":{"line":93,"column":39}} ), depth0))
    + "</code> <button type=\"button\" class=\"copy\" data-copy=\""
    + alias3(alias2(alias1(depth0, "replay", {"start":{"line":93,"column":97},"end":{"line":93,"column":103}} ), depth0))
    + "\">copy</button></p>\n      </div>\n    </details>\n";
},"20":function(container,depth0,helpers,partials,data) {
    return " data-differs";
},"21":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return " data-graph=\""
    + alias3(alias2(alias1(depth0, "graph", {"start":{"line":72,"column":152},"end":{"line":72,"column":157}} ), depth0))
    + "\" data-lit=\""
    + alias3(alias2(alias1(depth0, "lit", {"start":{"line":72,"column":173},"end":{"line":72,"column":176}} ), depth0))
    + "\" data-last=\""
    + alias3(alias2(alias1(depth0, "last", {"start":{"line":72,"column":193},"end":{"line":72,"column":197}} ), depth0))
    + "\" data-line=\""
    + alias3(alias2(alias1(depth0, "line", {"start":{"line":72,"column":214},"end":{"line":72,"column":218}} ), depth0))
    + "\"";
},"22":function(container,depth0,helpers,partials,data) {
    return "<span class=\"flag\">"
    + container.escapeExpression(container.lambda(container.strict(depth0, "flag", {"start":{"line":73,"column":185},"end":{"line":73,"column":189}} ), depth0))
    + "</span>";
},"23":function(container,depth0,helpers,partials,data) {
    return "<span class=\"level\">"
    + container.escapeExpression(container.lambda(container.strict(depth0, "level", {"start":{"line":73,"column":240},"end":{"line":73,"column":245}} ), depth0))
    + "</span>";
},"24":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<div><dt>earlier try</dt><dd><b class=\"v-"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":77,"column":70},"end":{"line":77,"column":77}} ), depth0))
    + " word\">"
    + alias3(alias2(alias1(depth0, "verdict", {"start":{"line":77,"column":88},"end":{"line":77,"column":95}} ), depth0))
    + "</b> "
    + alias3(alias2(alias1(depth0, "did", {"start":{"line":77,"column":104},"end":{"line":77,"column":107}} ), depth0))
    + "</dd></div>";
},"25":function(container,depth0,helpers,partials,data) {
    return "<div><dt>reaction</dt><dd>"
    + container.escapeExpression(container.lambda(container.strict(depth0, "reaction", {"start":{"line":80,"column":54},"end":{"line":80,"column":62}} ), depth0))
    + "</dd></div>";
},"26":function(container,depth0,helpers,partials,data) {
    return "<div><dt>survived</dt><dd>"
    + container.escapeExpression(container.lambda(container.strict(depth0, "survivedText", {"start":{"line":81,"column":58},"end":{"line":81,"column":70}} ), depth0))
    + "</dd></div>";
},"27":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<div><dt>expected</dt><dd>"
    + container.escapeExpression(container.lambda(container.strict(depth0, "expectedText", {"start":{"line":82,"column":58},"end":{"line":82,"column":70}} ), depth0))
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"expectedLink"),{"name":"if","hash":{},"fn":container.program(28, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":82,"column":72},"end":{"line":82,"column":164}}})) != null ? stack1 : "")
    + "</dd></div>";
},"28":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return " <a href=\""
    + alias3(alias2(alias1(depth0, "expectedLink", {"start":{"line":82,"column":104},"end":{"line":82,"column":116}} ), depth0))
    + "\" rel=\"noreferrer\">"
    + alias3(alias2(alias1(depth0, "expectedLink", {"start":{"line":82,"column":139},"end":{"line":82,"column":151}} ), depth0))
    + "</a>";
},"29":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<h4>Requirements</h4>\n        <ul class=\"requirements\">"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"requirements"),{"name":"each","hash":{},"fn":container.program(30, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":86,"column":33},"end":{"line":86,"column":337}}})) != null ? stack1 : "")
    + "</ul>";
},"30":function(container,depth0,helpers,partials,data) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<li><span class=\"req\">"
    + alias3(alias2(alias1(depth0, "id", {"start":{"line":86,"column":79},"end":{"line":86,"column":81}} ), depth0))
    + "</span> "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"level"),{"name":"if","hash":{},"fn":container.program(31, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":86,"column":91},"end":{"line":86,"column":184}}})) != null ? stack1 : "")
    + "<p>"
    + alias3(alias2(alias1(depth0, "text", {"start":{"line":86,"column":189},"end":{"line":86,"column":193}} ), depth0))
    + "</p>"
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"where"),{"name":"if","hash":{},"fn":container.program(32, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":86,"column":199},"end":{"line":86,"column":323}}})) != null ? stack1 : "")
    + "</li>";
},"31":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<span class=\"level\">"
    + alias3(alias2(alias1(depth0, "level", {"start":{"line":86,"column":126},"end":{"line":86,"column":131}} ), depth0))
    + "</span> <span class=\"soft\">"
    + alias3(alias2(alias1(depth0, "stated", {"start":{"line":86,"column":162},"end":{"line":86,"column":168}} ), depth0))
    + "</span>";
},"32":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<p class=\"where\">"
    + ((stack1 = lookupProperty(helpers,"if").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"url"),{"name":"if","hash":{},"fn":container.program(33, data, 0),"inverse":container.program(34, data, 0),"data":data,"loc":{"start":{"line":86,"column":229},"end":{"line":86,"column":312}}})) != null ? stack1 : "")
    + "</p>";
},"33":function(container,depth0,helpers,partials,data) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<a href=\""
    + alias3(alias2(alias1(depth0, "url", {"start":{"line":86,"column":251},"end":{"line":86,"column":254}} ), depth0))
    + "\" rel=\"noreferrer\">"
    + alias3(alias2(alias1(depth0, "where", {"start":{"line":86,"column":277},"end":{"line":86,"column":282}} ), depth0))
    + "</a>";
},"34":function(container,depth0,helpers,partials,data) {
    return container.escapeExpression(container.lambda(container.strict(depth0, "where", {"start":{"line":86,"column":298},"end":{"line":86,"column":303}} ), depth0));
},"35":function(container,depth0,helpers,partials,data) {
    return "<h4>Given</h4><p class=\"given\">"
    + container.escapeExpression(container.lambda(container.strict(depth0, "given", {"start":{"line":87,"column":54},"end":{"line":87,"column":59}} ), depth0))
    + "</p>";
},"36":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<h4>Steps</h4><ol class=\"steps\">"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"steps"),{"name":"each","hash":{},"fn":container.program(37, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":88,"column":60},"end":{"line":88,"column":101}}})) != null ? stack1 : "")
    + "</ol>";
},"37":function(container,depth0,helpers,partials,data) {
    return "<li>"
    + container.escapeExpression(container.lambda(depth0, depth0))
    + "</li>";
},"38":function(container,depth0,helpers,partials,data) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<h4>What may come back</h4><ul class=\"steps\">"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"outcomes"),{"name":"each","hash":{},"fn":container.program(37, data, 0),"inverse":container.noop,"data":data,"loc":{"start":{"line":89,"column":76},"end":{"line":89,"column":120}}})) != null ? stack1 : "")
    + "</ul>";
},"39":function(container,depth0,helpers,partials,data) {
    return "<h4>Where in the machine</h4><div class=\"scroll diagram here\"></div>";
},"40":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<h4>Evidence</h4>\n        <ol class=\"transcript\">"
    + ((stack1 = lookupProperty(helpers,"each").call(depth0 != null ? depth0 : (container.nullContext || {}),lookupProperty(depth0,"lines"),{"name":"each","hash":{},"fn":container.program(41, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":92,"column":31},"end":{"line":92,"column":440}}})) != null ? stack1 : "")
    + "</ol>";
},"41":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<li class=\""
    + alias3(alias2(alias1(depth0, "direction", {"start":{"line":92,"column":59},"end":{"line":92,"column":68}} ), depth0))
    + "\"><span class=\"at\">"
    + alias3(alias2(alias1(depth0, "at", {"start":{"line":92,"column":91},"end":{"line":92,"column":93}} ), depth0))
    + " ms</span><span class=\"way\"><i aria-hidden=\"true\">"
    + alias3(alias2(alias1(depth0, "arrow", {"start":{"line":92,"column":147},"end":{"line":92,"column":152}} ), depth0))
    + "</i> "
    + alias3(alias2(alias1(depth0, "direction", {"start":{"line":92,"column":161},"end":{"line":92,"column":170}} ), depth0))
    + "</span><span class=\"layer\">"
    + alias3(alias2(alias1(depth0, "layer", {"start":{"line":92,"column":201},"end":{"line":92,"column":206}} ), depth0))
    + "</span><span class=\"decoded\">"
    + alias3(alias2(alias1(depth0, "decoded", {"start":{"line":92,"column":239},"end":{"line":92,"column":246}} ), depth0))
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"note"),{"name":"if","hash":{},"fn":container.program(42, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":92,"column":248},"end":{"line":92,"column":285}}})) != null ? stack1 : "")
    + "</span>"
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"hex"),{"name":"if","hash":{},"fn":container.program(43, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":92,"column":292},"end":{"line":92,"column":341}}})) != null ? stack1 : "")
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"leftOut"),{"name":"if","hash":{},"fn":container.program(44, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":92,"column":341},"end":{"line":92,"column":426}}})) != null ? stack1 : "")
    + "</li>";
},"42":function(container,depth0,helpers,partials,data) {
    return " <em>"
    + container.escapeExpression(container.lambda(container.strict(depth0, "note", {"start":{"line":92,"column":267},"end":{"line":92,"column":271}} ), depth0))
    + "</em>";
},"43":function(container,depth0,helpers,partials,data) {
    return "<pre tabindex=\"0\">"
    + container.escapeExpression(container.lambda(container.strict(depth0, "hex", {"start":{"line":92,"column":323},"end":{"line":92,"column":326}} ), depth0))
    + "</pre>";
},"44":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression;

  return "<span class=\"soft\">"
    + alias3(alias2(alias1(depth0, "leftOut", {"start":{"line":92,"column":377},"end":{"line":92,"column":384}} ), depth0))
    + " more bytes in "
    + alias3(alias2(alias1(depths[1], "file", {"start":{"line":92,"column":403},"end":{"line":92,"column":410}} ), depth0))
    + "</span>";
},"compiler":[8,">= 4.3.0"],"main":function(container,depth0,helpers,partials,data,blockParams,depths) {
    var stack1, alias1=container.strict, alias2=container.lambda, alias3=container.escapeExpression, alias4=depth0 != null ? depth0 : (container.nullContext || {}), lookupProperty = container.lookupProperty || function(parent, propertyName) {
        if (Object.prototype.hasOwnProperty.call(parent, propertyName)) {
          return parent[propertyName];
        }
        return undefined
    };

  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src '"
    + alias3(alias2(alias1(depth0, "scriptDigest", {"start":{"line":7,"column":113},"end":{"line":7,"column":125}} ), depth0))
    + "'; img-src data:; base-uri 'none'; form-action 'none'\">\n<link rel=\"icon\" href=\"data:,\">\n<title>"
    + alias3(alias2(alias1(lookupProperty(depth0,"subject"), "name", {"start":{"line":9,"column":9},"end":{"line":9,"column":21}} ), depth0))
    + ": libp2p conformance</title>\n<style>"
    + ((stack1 = alias2(alias1(depth0, "style", {"start":{"line":10,"column":10},"end":{"line":10,"column":15}} ), depth0)) != null ? stack1 : "")
    + "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#cases\">Skip to the cases</a>\n<header class=\"top\">\n  <p class=\"overline\">libp2p conformance report</p>\n  <h1>"
    + alias3(alias2(alias1(lookupProperty(depth0,"subject"), "name", {"start":{"line":16,"column":8},"end":{"line":16,"column":20}} ), depth0))
    + "</h1>\n  "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"subject"),"agent"),{"name":"if","hash":{},"fn":container.program(0, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":17,"column":2},"end":{"line":17,"column":79}}})) != null ? stack1 : "")
    + "\n  <dl class=\"facts\">\n    <div><dt>mode</dt><dd>"
    + alias3(alias2(alias1(lookupProperty(depth0,"subject"), "mode", {"start":{"line":19,"column":28},"end":{"line":19,"column":40}} ), depth0))
    + "</dd></div>\n    "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"subject"),"address"),{"name":"if","hash":{},"fn":container.program(1, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":20,"column":4},"end":{"line":20,"column":115}}})) != null ? stack1 : "")
    + "\n    <div><dt>started</dt><dd><time datetime=\""
    + alias3(alias2(alias1(depth0, "startedAt", {"start":{"line":21,"column":47},"end":{"line":21,"column":56}} ), depth0))
    + "\">"
    + alias3(alias2(alias1(depth0, "startedText", {"start":{"line":21,"column":62},"end":{"line":21,"column":73}} ), depth0))
    + "</time></dd></div>\n    "
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(depth0,"durationText"),{"name":"if","hash":{},"fn":container.program(2, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":22,"column":4},"end":{"line":22,"column":80}}})) != null ? stack1 : "")
    + "\n    <div><dt>suite</dt><dd>"
    + alias3(alias2(alias1(depth0, "suiteVersion", {"start":{"line":23,"column":29},"end":{"line":23,"column":41}} ), depth0))
    + ", seed "
    + alias3(alias2(alias1(depth0, "seed", {"start":{"line":23,"column":52},"end":{"line":23,"column":56}} ), depth0))
    + "</dd></div>\n  </dl>\n  <div class=\"result "
    + alias3(alias2(alias1(lookupProperty(depth0,"result"), "kind", {"start":{"line":25,"column":23},"end":{"line":25,"column":34}} ), depth0))
    + "\"><strong>"
    + alias3(alias2(alias1(lookupProperty(depth0,"result"), "head", {"start":{"line":25,"column":48},"end":{"line":25,"column":59}} ), depth0))
    + "</strong> <span>"
    + alias3(alias2(alias1(lookupProperty(depth0,"result"), "detail", {"start":{"line":25,"column":79},"end":{"line":25,"column":92}} ), depth0))
    + "</span></div>\n  <div class=\"bar\" role=\"img\" aria-label=\""
    + alias3(alias2(alias1(depth0, "barLabel", {"start":{"line":26,"column":44},"end":{"line":26,"column":52}} ), depth0))
    + "\">"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"totals"),{"name":"each","hash":{},"fn":container.program(3, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":26,"column":56},"end":{"line":26,"column":168}}})) != null ? stack1 : "")
    + "</div>\n  <ul class=\"legend\">"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"totals"),{"name":"each","hash":{},"fn":container.program(4, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":27,"column":21},"end":{"line":27,"column":191}}})) != null ? stack1 : "")
    + "</ul>\n</header>\n\n<main>\n<section aria-labelledby=\"matrix-head\">\n  <h2 id=\"matrix-head\">Protocols</h2>\n  <div class=\"scroll\"><table class=\"matrix\">\n    <thead><tr><th scope=\"col\">protocol</th><th scope=\"col\" class=\"barcol\"><span class=\"hidden\">share</span></th><th scope=\"col\">cases</th>"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"columns"),{"name":"each","hash":{},"fn":container.program(5, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":34,"column":139},"end":{"line":34,"column":194}}})) != null ? stack1 : "")
    + "</tr></thead>\n    <tbody>"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"matrix"),{"name":"each","hash":{},"fn":container.program(6, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":35,"column":11},"end":{"line":40,"column":18}}})) != null ? stack1 : "")
    + "</tbody>\n  </table></div>\n</section>\n\n"
    + ((stack1 = lookupProperty(helpers,"if").call(alias4,lookupProperty(lookupProperty(depth0,"differing"),"length"),{"name":"if","hash":{},"fn":container.program(12, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":44,"column":0},"end":{"line":53,"column":7}}})) != null ? stack1 : "")
    + "\n<section id=\"cases\" aria-labelledby=\"cases-head\">\n  <h2 id=\"cases-head\">Cases</h2>\n  <div class=\"tools\" role=\"search\">\n    <label class=\"filter\"><span class=\"hidden\">Filter cases</span><input id=\"filter\" type=\"search\" placeholder=\"Filter: id, title, requirement, reaction…\" autocomplete=\"off\" spellcheck=\"false\"><kbd aria-hidden=\"true\">/</kbd></label>\n    <div class=\"chips\" role=\"group\" aria-label=\"Verdicts shown\">"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"totals"),{"name":"each","hash":{},"fn":container.program(15, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":59,"column":64},"end":{"line":59,"column":228}}})) != null ? stack1 : "")
    + "\n    <button type=\"button\" class=\"chip differs\" id=\"only-differing\" aria-pressed=\"false\">differs <span>"
    + alias3(alias2(alias1(lookupProperty(depth0,"differing"), "length", {"start":{"line":60,"column":104},"end":{"line":60,"column":120}} ), depth0))
    + "</span></button></div>\n    <p id=\"shown\" role=\"status\">"
    + alias3(alias2(alias1(depth0, "caseCount", {"start":{"line":61,"column":34},"end":{"line":61,"column":43}} ), depth0))
    + " cases</p>\n  </div>\n"
    + ((stack1 = lookupProperty(helpers,"each").call(alias4,lookupProperty(depth0,"protocols"),{"name":"each","hash":{},"fn":container.program(16, data, 0, blockParams, depths),"inverse":container.noop,"data":data,"loc":{"start":{"line":63,"column":2},"end":{"line":99,"column":11}}})) != null ? stack1 : "")
    + "  <p id=\"nothing\" hidden>No case fits. <button type=\"button\" id=\"clear\">Show all</button></p>\n</section>\n</main>\n<footer>Made by p2pspec "
    + alias3(alias2(alias1(depth0, "suiteVersion", {"start":{"line":103,"column":26},"end":{"line":103,"column":38}} ), depth0))
    + " from events.jsonl; this file needs no network. Keys: <kbd>/</kbd> filter, <kbd>j</kbd> <kbd>k</kbd> next and previous case, <kbd>Enter</kbd> open, <kbd>Esc</kbd> all.</footer>\n\u003Cscript>"
    + ((stack1 = alias2(alias1(depth0, "script", {"start":{"line":104,"column":11},"end":{"line":104,"column":17}} ), depth0)) != null ? stack1 : "")
    + "\u003C/script>\n</body>\n</html>\n";
},"useData":true,"useDepths":true}
// prettier-ignore
export const style = ":root {\n  --ground: #f6f7f5;\n  --card: #ffffff;\n  --ink: #17211c;\n  --soft: #5a675f;\n  --line: #dde2dd;\n  --sunk: #eef1ee;\n  --link: #0b5f7d;\n  --focus: #0b6bcb;\n  --pass: #1a7f4b;\n  --observed: #2b6f96;\n  --nonstrict: #97690a;\n  --fail: #c22f2f;\n  --flaky: #8a3ea8;\n  --unsupported: #76817b;\n  --blocked: #76817b;\n  --error: #a02a7c;\n  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;\n}\n@media (prefers-color-scheme: dark) {\n  :root {\n    --ground: #0f1512;\n    --card: #171f1b;\n    --ink: #e4ebe6;\n    --soft: #94a39a;\n    --line: #2a352f;\n    --sunk: #121a16;\n    --link: #6dc2e0;\n    --focus: #6fb3ff;\n    --pass: #4cc38a;\n    --observed: #6cb3dc;\n    --nonstrict: #e0b04b;\n    --fail: #ff7b72;\n    --flaky: #d08cec;\n    --unsupported: #8b978f;\n    --blocked: #8b978f;\n    --error: #f07cc4;\n  }\n}\n* {\n  box-sizing: border-box;\n}\nhtml {\n  scroll-padding-top: 8.6rem;\n  -webkit-text-size-adjust: 100%;\n}\nbody {\n  margin: 0 auto;\n  padding: 0 1.25rem 4rem;\n  max-width: 74rem;\n  background: var(--ground);\n  color: var(--ink);\n  font:\n    0.95rem/1.5 system-ui,\n    -apple-system,\n    'Segoe UI',\n    Roboto,\n    'Helvetica Neue',\n    Arial,\n    sans-serif;\n}\na {\n  color: var(--link);\n  text-underline-offset: 0.15em;\n}\n:focus-visible {\n  outline: 2px solid var(--focus);\n  outline-offset: 2px;\n  border-radius: 3px;\n}\nbutton,\ninput {\n  font: inherit;\n  color: inherit;\n}\nbutton {\n  cursor: pointer;\n}\ncode,\npre,\n.mono,\n.id,\n.req,\nkbd {\n  font-family: var(--mono);\n}\n.hidden {\n  position: absolute;\n  width: 1px;\n  height: 1px;\n  overflow: hidden;\n  clip-path: inset(50%);\n  white-space: nowrap;\n}\n.skip {\n  position: absolute;\n  left: -99rem;\n}\n.skip:focus {\n  left: 1rem;\n  top: 0.5rem;\n  background: var(--card);\n  padding: 0.4rem 0.8rem;\n  z-index: 3;\n}\n.soft,\nsmall {\n  color: var(--soft);\n}\n.scroll {\n  overflow-x: auto;\n}\nh1 {\n  font-size: clamp(1.7rem, 5vw, 2.4rem);\n  line-height: 1.15;\n  margin: 0;\n  letter-spacing: -0.02em;\n  overflow-wrap: anywhere;\n}\nh2 {\n  font-size: 1.2rem;\n  margin: 2.6rem 0 0.8rem;\n  letter-spacing: -0.01em;\n}\nh3 {\n  font-size: 1.05rem;\n  margin: 1.8rem 0 0.6rem;\n}\nh3 .count {\n  color: var(--soft);\n  font-weight: 400;\n  margin-left: 0.3em;\n}\nh4 {\n  font-size: 0.82rem;\n  margin: 1.3rem 0 0.4rem;\n  color: var(--soft);\n  font-weight: 600;\n}\n.top {\n  padding-top: 2.4rem;\n}\n.overline {\n  margin: 0 0 0.3rem;\n  color: var(--soft);\n  font-size: 0.85rem;\n}\n.agent {\n  margin: 0.3rem 0 0;\n  font-family: var(--mono);\n  font-size: 0.9rem;\n  color: var(--soft);\n  overflow-wrap: anywhere;\n}\n.facts {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0.5rem 2rem;\n  margin: 1.1rem 0;\n}\n.facts dt {\n  font-size: 0.78rem;\n  color: var(--soft);\n}\n.facts dd {\n  margin: 0;\n  overflow-wrap: anywhere;\n}\n.facts .mono {\n  font-size: 0.85rem;\n  line-height: 1.75;\n}\n.result {\n  border-left: 4px solid var(--pass);\n  background: var(--card);\n  padding: 0.7rem 1rem;\n  border-radius: 0 6px 6px 0;\n  margin: 1.2rem 0;\n}\n.result.differs {\n  border-color: var(--fail);\n}\n.result.broken {\n  border-color: var(--error);\n}\n.result.differs strong {\n  color: var(--fail);\n}\n.result.broken strong {\n  color: var(--error);\n}\n.result.fine strong {\n  color: var(--pass);\n}\n.bar {\n  display: flex;\n  gap: 2px;\n  height: 14px;\n  border-radius: 4px;\n  overflow: hidden;\n  background: var(--sunk);\n}\n.bar i {\n  flex-basis: 0;\n  min-width: 3px;\n  background: currentColor;\n}\n.bar.small {\n  height: 8px;\n  border-radius: 3px;\n  gap: 1px;\n  width: 9rem;\n}\n.bar.small i {\n  min-width: 2px;\n}\n.legend {\n  list-style: none;\n  display: grid;\n  align-items: start;\n  grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));\n  gap: 0.25rem 1.5rem;\n  padding: 0;\n  margin: 0.9rem 0 0;\n}\n.legend li {\n  display: grid;\n  grid-template-columns: 1.5rem auto 1fr;\n  column-gap: 0.4rem;\n  align-items: baseline;\n}\n.legend small {\n  grid-column: 2 / -1;\n  line-height: 1.35;\n}\n.legend .count {\n  font-weight: 650;\n  font-variant-numeric: tabular-nums;\n}\n.v-pass {\n  color: var(--pass);\n}\n.v-observed {\n  color: var(--observed);\n}\n.v-nonstrict {\n  color: var(--nonstrict);\n}\n.v-fail {\n  color: var(--fail);\n}\n.v-flaky {\n  color: var(--flaky);\n}\n.v-unsupported {\n  color: var(--unsupported);\n}\n.v-blocked {\n  color: var(--blocked);\n}\n.v-error {\n  color: var(--error);\n}\n.mark {\n  display: inline-block;\n  width: 1.2em;\n  text-align: center;\n  flex: none;\n  font-weight: 700;\n}\n.matrix {\n  border-collapse: collapse;\n  min-width: 100%;\n  background: var(--card);\n  border-radius: 8px;\n  font-variant-numeric: tabular-nums;\n}\n.matrix th,\n.matrix td {\n  padding: 0.4rem 0.75rem;\n  border-bottom: 1px solid var(--line);\n  text-align: right;\n  white-space: nowrap;\n}\n.matrix tr:last-child > * {\n  border-bottom: 0;\n}\n.matrix thead th {\n  font-size: 0.8rem;\n  color: var(--soft);\n  font-weight: 500;\n}\n.matrix th:first-child {\n  text-align: left;\n  font-weight: 600;\n  position: sticky;\n  left: 0;\n  background: var(--card);\n}\n.matrix .barcol {\n  text-align: left;\n}\n.zero {\n  color: var(--line);\n}\n.cell {\n  border: 1px solid transparent;\n  background: none;\n  padding: 0 0.35rem;\n  font-weight: 650;\n  border-radius: 4px;\n  min-width: 2.2rem;\n  text-align: right;\n}\n.cell:hover {\n  border-color: currentColor;\n}\n.differ {\n  list-style: none;\n  padding: 0;\n  margin: 0;\n  display: grid;\n  gap: 0.7rem;\n}\n.differ li {\n  background: var(--card);\n  border-radius: 8px;\n  padding: 0.7rem 1rem;\n}\n.differ a {\n  color: inherit;\n  text-decoration: none;\n}\n.differ a:hover .id {\n  text-decoration: underline;\n}\n.differ p {\n  margin: 0.25rem 0 0 1.6em;\n  display: grid;\n  grid-template-columns: 3.2rem 1fr;\n  align-items: baseline;\n  overflow-wrap: anywhere;\n}\n.who {\n  color: var(--soft);\n  font-size: 0.82rem;\n}\n.died {\n  color: var(--fail);\n  font-style: normal;\n  font-weight: 600;\n}\n.id {\n  font-size: 0.88rem;\n  overflow-wrap: anywhere;\n}\n.tools {\n  position: sticky;\n  top: 0;\n  z-index: 2;\n  background: var(--ground);\n  padding: 0.7rem 0;\n  border-bottom: 1px solid var(--line);\n  display: grid;\n  gap: 0.55rem;\n}\n.filter {\n  position: relative;\n  display: block;\n}\n.filter input {\n  width: 100%;\n  padding: 0.5rem 2.4rem 0.5rem 0.8rem;\n  border: 1px solid var(--line);\n  border-radius: 8px;\n  background: var(--card);\n}\n.filter kbd {\n  position: absolute;\n  right: 0.7rem;\n  top: 0.55rem;\n  pointer-events: none;\n}\nkbd {\n  border: 1px solid var(--line);\n  border-radius: 4px;\n  padding: 0 0.35rem;\n  font-size: 0.78rem;\n  color: var(--soft);\n  background: var(--card);\n}\n.chips {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0.4rem;\n}\n.chip {\n  border: 1px solid currentColor;\n  background: none;\n  border-radius: 99px;\n  padding: 0.1rem 0.75rem;\n  font-size: 0.86rem;\n  font-weight: 600;\n}\n.chip span {\n  font-weight: 400;\n  font-variant-numeric: tabular-nums;\n}\n.chip[aria-pressed='false'] {\n  color: var(--soft);\n  border-style: dashed;\n  font-weight: 400;\n}\n.chip.differs {\n  margin-left: auto;\n}\n.chip.differs[aria-pressed='true'] {\n  background: var(--fail);\n  border-color: var(--fail);\n  color: var(--card);\n}\n#shown {\n  margin: 0;\n  font-size: 0.84rem;\n  color: var(--soft);\n}\n.list {\n  background: var(--card);\n  border-radius: 8px;\n  overflow: clip;\n}\n.case {\n  border-bottom: 1px solid var(--line);\n  content-visibility: auto;\n  contain-intrinsic-size: auto 2.4rem;\n}\n.case:last-child {\n  border-bottom: 0;\n}\n.case[hidden],\n.protocol[hidden] {\n  display: none;\n}\nsummary {\n  cursor: pointer;\n}\n.case > summary {\n  list-style: none;\n  display: flex;\n  flex-wrap: wrap;\n  align-items: baseline;\n  gap: 0 0.6rem;\n  padding: 0.45rem 0.9rem;\n}\n.case > summary::-webkit-details-marker {\n  display: none;\n}\n.case > summary:hover,\n.case[open] > summary {\n  background: var(--sunk);\n}\n.case > summary:focus-visible {\n  outline-offset: -2px;\n}\n.case .title {\n  color: var(--soft);\n  flex: 1 1 16rem;\n  min-width: 0;\n  overflow-wrap: anywhere;\n}\n.flag {\n  font-size: 0.76rem;\n  border-radius: 4px;\n  padding: 0.05rem 0.45rem;\n  background: var(--sunk);\n  border: 1px solid var(--line);\n}\n.level {\n  font-size: 0.76rem;\n  font-weight: 650;\n  letter-spacing: 0.02em;\n}\n.body {\n  padding: 0.4rem 1rem 1.2rem 2.7rem;\n}\n.told {\n  margin: 0.4rem 0 0;\n  display: grid;\n  gap: 0.2rem;\n}\n.told div {\n  display: grid;\n  grid-template-columns: 5.2rem 1fr;\n  align-items: baseline;\n}\n.told dt {\n  color: var(--soft);\n  font-size: 0.84rem;\n}\n.told dd {\n  margin: 0;\n  overflow-wrap: anywhere;\n}\n.requirements,\n.steps,\n.transcript {\n  margin: 0;\n  padding-left: 1.2rem;\n}\n.requirements {\n  list-style: none;\n  padding: 0;\n  display: grid;\n  gap: 0.6rem;\n}\n.requirements p {\n  margin: 0.1rem 0 0;\n}\n.requirements li {\n  border-left: 3px solid var(--line);\n  padding-left: 0.8rem;\n}\n.req {\n  font-weight: 650;\n  font-size: 0.88rem;\n}\n.where {\n  font-size: 0.84rem;\n  color: var(--soft);\n  overflow-wrap: anywhere;\n}\n.given {\n  margin: 0;\n}\n.given,\n.steps li {\n  overflow-wrap: anywhere;\n}\n.transcript {\n  list-style: none;\n  padding: 0;\n  display: grid;\n  gap: 0.35rem;\n}\n.transcript li {\n  display: grid;\n  grid-template-columns: 5.2rem 6.2rem 6.4rem 1fr;\n  gap: 0 0.5rem;\n  align-items: baseline;\n  padding: 0.3rem 0.6rem;\n  background: var(--sunk);\n  border-radius: 5px;\n  border-left: 3px solid var(--line);\n}\n.transcript .sent {\n  border-color: var(--observed);\n}\n.transcript .received {\n  border-color: var(--nonstrict);\n}\n.transcript .at,\n.transcript .layer,\n.transcript .way {\n  font-size: 0.82rem;\n  color: var(--soft);\n  font-variant-numeric: tabular-nums;\n}\n.transcript .way i {\n  font-style: normal;\n}\n.transcript .decoded {\n  overflow-wrap: anywhere;\n}\n.transcript em {\n  color: var(--soft);\n}\n.transcript pre {\n  grid-column: 1 / -1;\n  margin: 0.3rem 0 0.1rem;\n  font-size: 0.8rem;\n  line-height: 1.45;\n  overflow-x: auto;\n}\n.transcript .soft {\n  grid-column: 1 / -1;\n  font-size: 0.82rem;\n}\n.again {\n  margin: 1.2rem 0 0;\n  display: flex;\n  gap: 0.6rem;\n  align-items: baseline;\n  flex-wrap: wrap;\n}\n.again code {\n  overflow-wrap: anywhere;\n  font-size: 0.84rem;\n}\n.copy {\n  border: 1px solid var(--line);\n  background: none;\n  border-radius: 5px;\n  font-size: 0.8rem;\n  padding: 0.05rem 0.6rem;\n}\n.machine {\n  margin: 0 0 0.8rem;\n}\n.machine summary {\n  color: var(--soft);\n  font-size: 0.88rem;\n}\n.machine figure {\n  margin: 0.8rem 0;\n}\n.machine figcaption {\n  font-size: 0.84rem;\n  color: var(--soft);\n  margin-bottom: 0.3rem;\n}\n.key {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0.2rem 1.2rem;\n  font-size: 0.82rem;\n  margin: 0.7rem 0 0;\n}\n.key span::before {\n  content: '';\n  display: inline-block;\n  width: 1.4rem;\n  border-top: 2px solid currentColor;\n  vertical-align: middle;\n  margin-right: 0.4rem;\n}\n.key .unlit {\n  color: var(--soft);\n  opacity: 0.6;\n}\n.diagram {\n  background: var(--card);\n  border-radius: 8px;\n  padding: 0.6rem;\n}\n.diagram.here {\n  background: var(--sunk);\n}\n.diagram svg {\n  max-width: none;\n  height: auto;\n  display: block;\n}\n.diagram .state path,\n.diagram .state polygon {\n  stroke: var(--soft);\n  fill: none;\n}\n.diagram .state text {\n  fill: var(--ink);\n}\n.diagram .start ellipse {\n  fill: var(--soft);\n  stroke: none;\n}\n.diagram .done path {\n  stroke: var(--pass);\n}\n.diagram .failed path {\n  stroke: var(--fail);\n}\n.diagram .arrow path {\n  stroke: currentColor;\n}\n.diagram .arrow polygon {\n  stroke: currentColor;\n  fill: currentColor;\n}\n.diagram .arrow text {\n  fill: currentColor;\n}\n.diagram .unlit {\n  color: var(--soft);\n  opacity: 0.55;\n}\n.diagram .unlit .unlit {\n  opacity: 1;\n}\n.diagram .default path {\n  stroke-dasharray: 3 3;\n}\n.here .arrow {\n  color: var(--soft);\n  opacity: 0.3;\n}\n.here .arrow.lit {\n  color: var(--ink);\n  opacity: 1;\n}\n.here .arrow.lit path {\n  stroke-width: 1.8;\n}\n.here .arrow.last {\n  color: var(--hit);\n  opacity: 1;\n}\n.here .arrow.last path {\n  stroke-width: 2.6;\n}\n.here .arrow text {\n  color: inherit;\n}\n.here .arrow.last text {\n  opacity: 0.45;\n}\n.here .arrow.last text.on {\n  font-weight: 700;\n  opacity: 1;\n}\n.case[data-verdict='pass'] {\n  --hit: var(--pass);\n}\n.case[data-verdict='observed'] {\n  --hit: var(--observed);\n}\n.case[data-verdict='nonstrict'] {\n  --hit: var(--nonstrict);\n}\n.case[data-verdict='fail'] {\n  --hit: var(--fail);\n}\n.case[data-verdict='flaky'] {\n  --hit: var(--flaky);\n}\n.case[data-verdict='unsupported'],\n.case[data-verdict='blocked'] {\n  --hit: var(--blocked);\n}\n.case[data-verdict='error'] {\n  --hit: var(--error);\n}\nfooter {\n  margin-top: 3rem;\n  color: var(--soft);\n  font-size: 0.84rem;\n}\n@media (max-width: 40rem) {\n  body {\n    padding: 0 0.8rem 3rem;\n  }\n  .body {\n    padding-left: 0.9rem;\n  }\n  .differ p {\n    margin-left: 0;\n  }\n  .matrix .barcol {\n    display: none;\n  }\n  .matrix th,\n  .matrix td {\n    padding: 0.4rem 0.5rem;\n  }\n  .transcript li {\n    grid-template-columns: auto auto 1fr;\n  }\n  .transcript .decoded {\n    grid-column: 1 / -1;\n  }\n  .told div {\n    grid-template-columns: 1fr;\n  }\n  .case > summary {\n    padding: 0.5rem 0.6rem;\n  }\n  .case .id {\n    flex: 1 1 70%;\n  }\n  .case .title {\n    flex-basis: 70%;\n    padding-left: 1.8em;\n  }\n  .chips {\n    flex-wrap: nowrap;\n    overflow-x: auto;\n    padding: 2px;\n  }\n  .chip {\n    flex: none;\n  }\n  .chip.differs {\n    margin-left: 0;\n  }\n}\n@media print {\n  .tools,\n  .skip,\n  .copy {\n    display: none;\n  }\n  .case {\n    content-visibility: visible;\n  }\n}\n"
// prettier-ignore
export const script = "// Runs inside the report: filter, verdict chips, keys, deep links, and the diagram of an opened case. Without it everything is still there to read.\nconst filter = document.getElementById('filter')\nconst cases = [...document.querySelectorAll('.case')]\nconst chips = [...document.querySelectorAll('.chip[data-verdict]')]\nconst differing = document.getElementById('only-differing')\nconst wanted = { protocol: null }\n\nconst pressed = (button) => button.getAttribute('aria-pressed') === 'true'\nconst press = (button, on) => button.setAttribute('aria-pressed', String(on))\n\nfunction apply() {\n  const words = filter.value\n    .toLowerCase()\n    .split(/\\s+/)\n    .filter((word) => word !== '')\n  const verdicts = new Set(chips.filter(pressed).map((chip) => chip.dataset.verdict))\n  let shown = 0\n  for (const one of cases) {\n    const protocol = one.closest('.protocol').dataset.protocol\n    const fits =\n      (wanted.protocol === null || wanted.protocol === protocol) &&\n      verdicts.has(one.dataset.verdict) &&\n      (!pressed(differing) || 'differs' in one.dataset) &&\n      words.every((word) => one.dataset.find.includes(word))\n    one.hidden = !fits\n    if (fits) shown++\n  }\n  for (const section of document.querySelectorAll('.protocol'))\n    section.hidden = section.querySelector('.case:not([hidden])') === null\n  document.getElementById('nothing').hidden = shown > 0\n  const only = wanted.protocol === null ? '' : ` of ${wanted.protocol}`\n  document.getElementById('shown').textContent =\n    `${shown === cases.length ? '' : `${shown} of `}${cases.length} cases${only}`\n}\n\nfunction clear() {\n  filter.value = ''\n  wanted.protocol = null\n  for (const chip of chips) press(chip, true)\n  press(differing, false)\n  apply()\n}\n\nfunction light(one) {\n  const here = one.querySelector('.here')\n  const graph = document.getElementById(one.dataset.graph)\n  if (here === null || graph === null || here.firstChild !== null) return\n  here.append(graph.querySelector('svg').cloneNode(true))\n  for (const index of one.dataset.lit.split(' ')) here.querySelector(`.a${index}`)?.classList.add('lit')\n  const last = here.querySelector(`.a${one.dataset.last}`)\n  last?.classList.add('last')\n  last?.querySelectorAll('text')[Number(one.dataset.line)]?.classList.add('on')\n}\n\nfunction openTarget() {\n  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))\n  if (target === null) return\n  if (target.matches('.case')) {\n    if (target.hidden) clear()\n    target.open = true\n    target.querySelector('summary').focus({ preventScroll: true })\n  } else if (target.hidden) clear()\n  target.scrollIntoView()\n}\n\nfunction move(by) {\n  const visible = cases.filter((one) => !one.hidden)\n  const at = visible.findIndex((one) => one.contains(document.activeElement))\n  const next = visible[at === -1 ? (by > 0 ? 0 : visible.length - 1) : at + by]\n  next?.querySelector('summary').focus()\n}\n\nfilter.addEventListener('input', apply)\nfor (const chip of chips) {\n  chip.addEventListener('click', () => {\n    const all = chips.every(pressed)\n    // The first pick means \"only this\"; after that chips add and take away; none left means all again.\n    if (all) for (const other of chips) press(other, other === chip)\n    else press(chip, !pressed(chip))\n    if (!chips.some(pressed)) for (const other of chips) press(other, true)\n    apply()\n  })\n}\ndiffering.addEventListener('click', () => {\n  press(differing, !pressed(differing))\n  apply()\n})\ndocument.getElementById('clear').addEventListener('click', clear)\nfor (const cell of document.querySelectorAll('[data-pick-verdict]')) {\n  cell.addEventListener('click', () => {\n    clear()\n    wanted.protocol = cell.dataset.pickProtocol\n    for (const chip of chips) press(chip, chip.dataset.verdict === cell.dataset.pickVerdict)\n    apply()\n    document.getElementById('cases').scrollIntoView()\n  })\n}\nfor (const one of cases) one.addEventListener('toggle', () => one.open && light(one))\nfor (const button of document.querySelectorAll('.copy')) {\n  button.addEventListener('click', () => {\n    const select = () => {\n      // A file opened from disk may not be allowed to copy: select the text instead.\n      getSelection().selectAllChildren(button.previousElementSibling)\n      button.textContent = 'selected'\n    }\n    const copied = () => {\n      button.textContent = 'copied'\n    }\n    if (navigator.clipboard === undefined) select()\n    else navigator.clipboard.writeText(button.dataset.copy).then(copied, select)\n  })\n}\naddEventListener('hashchange', openTarget)\naddEventListener('keydown', (event) => {\n  if (event.ctrlKey || event.metaKey || event.altKey) return\n  const typing = event.target.matches?.('input')\n  if (event.key === 'Escape') {\n    clear()\n    filter.blur()\n  } else if (typing) return\n  else if (event.key === '/') filter.focus()\n  else if (event.key === 'j') move(1)\n  else if (event.key === 'k') move(-1)\n  else return\n  event.preventDefault()\n})\nopenTarget()\n"
