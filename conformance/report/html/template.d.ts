/** Precompiled form of page.hbs, for the runtime half of handlebars. */
export declare const template: TemplateSpecification
export declare const style: string
export declare const script: string
