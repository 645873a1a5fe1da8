// @ts-nocheck: by ajv and `make schemas`.
import { formats, measures } from '../formats.ts'
export const collectorSchema = {"type":"object","required":["listen","store","deadLetters","limits","ids","workers","pipelineTimeout","pipelineFailure","wireForm","keepalive","shutdownTimeout","log"],"properties":{"listen":{"anyOf":[{"type":"string","format":"address","expects":"\"host:port\""},{"type":"array","items":{"type":"string","format":"address","expects":"\"host:port\""},"minItems":1,"expects":"a list that is not empty"}],"expects":"\"host:port\" or a list of them"},"tls":{"anyOf":[{"type":"object","required":["certificate","key"],"properties":{"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"clientAuth":{"enum":["none","optional","required"],"expects":"one of \"none\", \"optional\", \"required\""}},"additionalProperties":false,"expects":"an object"},{"type":"boolean","const":false}],"expects":"an object with \"certificate\" and \"key\", or false for plain text"},"store":{"anyOf":[{"type":"object","required":["type","retention","lateAfter"],"properties":{"type":{"enum":["embedded"],"expects":"\"embedded\"","default":"embedded"},"path":{"type":"string","minLength":1,"expects":"a path"},"retention":{"type":"object","properties":{"age":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 3650d"},"clockTrustedUntil":{"type":"string","minLength":1,"expects":"a time in UTC such as \"2026-12-24\" or \"2026-12-24T18:00Z\"","format":"time"},"size":{"type":"string","format":"size","sizeFrom":"1MiB","sizeTo":"1024TiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1MiB to 1024TiB"}},"additionalProperties":false,"expects":"an object","default":{}},"lateAfter":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"30d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 30d","default":"60s"}},"additionalProperties":false,"expects":"an object"},{"type":"object","required":["type","allowPlainHosts","indexWindow","senderChoices","compression","template","requestTimeout","requestsInFlight","bulkBytes","giveUpAfter","lateAfter"],"properties":{"type":{"enum":["elasticsearch"],"expects":"\"elasticsearch\""},"hosts":{"type":"array","items":{"type":"string","minLength":1,"expects":"an address such as \"https://es1:9200\""},"minItems":1,"expects":"a list such as [\"https://es1:9200\"]"},"hostsKey":{"type":"string","minLength":1,"expects":"text"},"allowPlainHosts":{"type":"boolean","expects":"true or false","default":false},"index":{"type":"string","minLength":1,"expects":"an index name such as \"forwarder-%{+yyyy.MM.dd}\": lower-case, without \\ / * ? \" < > | , # : or a space","format":"index-name"},"indexWindow":{"type":"object","required":["back","ahead"],"properties":{"back":{"type":"string","format":"duration","durationFrom":"1h","durationTo":"36500d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1h to 36500d","default":"30d"},"ahead":{"type":"string","format":"duration","durationFrom":"1h","durationTo":"36500d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1h to 36500d","default":"1d"}},"additionalProperties":false,"expects":"an object","default":{}},"senderChoices":{"type":"object","properties":{"indices":{"type":"array","items":{"type":"string","minLength":1,"expects":"text"},"minItems":1,"expects":"a list of names or patterns such as [\"filebeat-*\"]"},"pipelines":{"type":"array","items":{"type":"string","minLength":1,"expects":"text"},"minItems":1,"expects":"a list of names or patterns such as [\"filebeat-*\"]"}},"additionalProperties":false,"expects":"an object","default":{}},"allowedIndices":{"type":"array","items":{"type":"string","minLength":1,"expects":"text"},"minItems":1,"expects":"a list of patterns such as [\"logs-*-*\"]"},"dataStream":{"type":"string","minLength":1,"expects":"the lower-case name of a data stream, such as \"logs-%{event.dataset}-default\"","format":"stream-or-fields"},"alias":{"type":"string","minLength":1,"expects":"the fixed lower-case name of an alias","format":"stream-name"},"user":{"type":"string","minLength":1,"expects":"text"},"password":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passwordFile":{"type":"string","minLength":1,"expects":"a path"},"apiKey":{"type":"string","minLength":1,"expects":"text","isSecret":true},"apiKeyFile":{"type":"string","minLength":1,"expects":"a path"},"bearer":{"type":"string","minLength":1,"expects":"text","isSecret":true},"bearerFile":{"type":"string","minLength":1,"expects":"a path"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"caFingerprint":{"type":"string","minLength":1,"expects":"64 hexadecimal digits, with or without colons","format":"fingerprint"},"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"compression":{"type":"boolean","expects":"true or false","default":false},"template":{"type":"boolean","expects":"true or false","default":true},"pipeline":{"type":"string","minLength":1,"expects":"text"},"requestTimeout":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"10m","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 10m","default":"60s"},"requestsInFlight":{"type":"integer","expects":"a whole number from 1 to 64","default":4,"minimum":1,"maximum":64},"bulkBytes":{"type":"string","format":"size","sizeFrom":"64KiB","sizeTo":"90MiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64KiB to 90MiB","default":"8MiB"},"giveUpAfter":{"type":"string","format":"duration","durationFrom":"1m","durationTo":"30d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1m to 30d","default":"1h"},"lateAfter":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"30d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 30d","default":"60s"}},"additionalProperties":false,"expects":"an object"}],"expects":"an object with \"type\": \"embedded\" or \"elasticsearch\"","default":{}},"deadLetters":{"type":"object","required":["maxBytes"],"properties":{"maxBytes":{"type":"string","format":"size","sizeFrom":"1MiB","sizeTo":"1TiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1MiB to 1TiB","default":"1GiB"},"path":{"type":"string","minLength":1,"expects":"a path"}},"additionalProperties":false,"expects":"an object","default":{}},"discovery":{"type":"object","required":["etcd"],"properties":{"etcd":{"type":"object","required":["endpoints","layout","prefix"],"properties":{"endpoints":{"type":"array","items":{"type":"string","minLength":1,"expects":"an address such as \"https://etcd1:2379\""},"minItems":1,"expects":"a list such as [\"https://etcd1:2379\"]"},"layout":{"enum":["forwarder","logstash"],"expects":"one of \"forwarder\", \"logstash\"","default":"forwarder"},"prefix":{"type":"string","minLength":1,"expects":"a path such as \"/forwarder\": it begins with / and does not end with one","default":"/forwarder","format":"etcd-prefix"},"user":{"type":"string","minLength":1,"expects":"text"},"password":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passwordFile":{"type":"string","minLength":1,"expects":"a path"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"}},"additionalProperties":false,"expects":"an object"},"advertise":{"anyOf":[{"type":"object","required":["weight"],"properties":{"address":{"type":"string","format":"address","expects":"\"host:port\""},"name":{"type":"string","minLength":1,"expects":"text"},"names":{"type":"array","items":{"type":"string","minLength":1,"expects":"text"},"minItems":1,"expects":"a list of names and addresses"},"zone":{"type":"string","minLength":1,"expects":"text"},"weight":{"type":"integer","expects":"a whole number from 1 to 1000","default":1,"minimum":1,"maximum":1000},"privateKey":{"type":"string","const":"readable by everyone who can read etcd","expects":"exactly \"readable by everyone who can read etcd\""}},"additionalProperties":false,"expects":"an object"},{"type":"boolean","const":false}],"expects":"an object, or false for no registration"},"enrolment":{"type":"object","required":["caFingerprint","clientAuth"],"properties":{"caFingerprint":{"type":"string","minLength":1,"expects":"the fingerprint that `forwarder ca fingerprint` prints: sha256: and 64 hexadecimal digits","format":"fingerprint"},"token":{"type":"string","minLength":1,"expects":"text","isSecret":true},"tokenFile":{"type":"string","minLength":1,"expects":"a path"},"clientAuth":{"enum":["none","optional","required"],"expects":"one of \"none\", \"optional\", \"required\"","default":"required"}},"additionalProperties":false,"expects":"an object"},"ca":{"type":"object","required":["dir","lifetime","renewExpired"],"properties":{"dir":{"type":"string","minLength":1,"expects":"a path"},"passphrase":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passphraseFile":{"type":"string","minLength":1,"expects":"a path"},"lifetime":{"type":"string","format":"duration","durationFrom":"10s","durationTo":"825d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 10s to 825d","default":"7d"},"renewExpired":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 3650d","default":"30d"}},"additionalProperties":false,"expects":"an object"},"limits":{"type":"object","required":["windowEvents","frameBytes","eventBytes","eventMembers","inflatedBytes","connections","bytesInFlight"],"properties":{"windowEvents":{"type":"integer","expects":"a whole number from 1 to 1000000","default":10000,"minimum":1,"maximum":1000000},"frameBytes":{"type":"string","format":"size","sizeFrom":"64KiB","sizeTo":"1GiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64KiB to 1GiB","default":"32MiB"},"eventBytes":{"type":"string","format":"size","sizeFrom":"1KiB","sizeTo":"256MiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1KiB to 256MiB","default":"16MiB"},"eventMembers":{"type":"integer","expects":"a whole number from 100 to 1000000","default":100000,"minimum":100,"maximum":1000000},"inflatedBytes":{"type":"string","format":"size","sizeFrom":"64KiB","sizeTo":"1GiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64KiB to 1GiB","default":"64MiB"},"connections":{"type":"integer","expects":"a whole number from 1 to 100000","default":1000,"minimum":1,"maximum":100000},"connectionsPerAddress":{"type":"integer","expects":"a whole number from 1 to 100000","minimum":1,"maximum":100000},"handshakes":{"type":"integer","expects":"a whole number from 1 to 100000","minimum":1,"maximum":100000},"bytesInFlight":{"type":"string","format":"size","sizeFrom":"1MiB","sizeTo":"1TiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1MiB to 1TiB","default":"256MiB"}},"additionalProperties":false,"expects":"an object","default":{}},"ids":{"type":"object","required":["requireBound","requireOwnHost"],"properties":{"requireBound":{"type":"boolean","expects":"true or false","default":false},"requireOwnHost":{"type":"boolean","expects":"true or false","default":false},"nameField":{"type":"string","minLength":1,"expects":"the name of a field such as \"tls.client.x509.subject.common_name\""}},"additionalProperties":false,"expects":"an object","default":{}},"workers":{"type":"integer","expects":"a whole number from 0 to 64","default":1,"minimum":0,"maximum":64},"pipeline":{"type":["array","object"],"expects":"a list of processors such as [{\"json\": {\"field\": \"message\"}}]"},"pipelines":{"type":"object","patternProperties":{"^.*$":{}},"expects":"an object with pipelines by name"},"pipelineTimeout":{"type":"string","format":"duration","durationFrom":"50ms","durationTo":"1m","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 50ms to 1m","default":"1s"},"pipelineFailure":{"enum":["store","deadLetter"],"expects":"one of \"store\", \"deadLetter\"","default":"store"},"wireForm":{"enum":["auto","lumberjack"],"expects":"one of \"auto\", \"lumberjack\"","default":"auto"},"keepalive":{"type":"string","format":"duration","durationFrom":"100ms","durationTo":"1m","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 100ms to 1m","default":"2s"},"include":{"type":"array","items":{"type":"string","minLength":1,"expects":"a path"},"minItems":1,"expects":"a list such as [\"conf.d\"]"},"stateDir":{"type":"string","minLength":1,"expects":"a path"},"shutdownTimeout":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 1h","default":"5s"},"metrics":{"type":"object","required":["listen"],"properties":{"listen":{"type":"string","format":"address","expects":"\"host:port\" such as \"127.0.0.1:9605\""}},"additionalProperties":false,"expects":"an object"},"log":{"type":"object","required":["level","format","syslog"],"properties":{"level":{"enum":["debug","info","warn","error"],"expects":"one of \"debug\", \"info\", \"warn\", \"error\"","default":"info"},"format":{"enum":["auto","json","text"],"expects":"one of \"auto\", \"json\", \"text\"","default":"auto"},"syslog":{"type":"boolean","expects":"true or false","default":false}},"additionalProperties":false,"expects":"an object","default":{}}},"additionalProperties":false,"expects":"an object"}
"use strict";
export const validateCollector = validate10;
const schema11 = collectorSchema;
const func0 = Object.prototype.hasOwnProperty;
const formats0 = formats.address;
const formats4 = formats.duration;
const formats6 = formats.time;
const formats8 = formats.size;
const formats12 = formats["index-name"];
const formats18 = formats["stream-or-fields"];
const formats20 = formats["stream-name"];
const formats22 = /^(?:sha-?256[:=])?(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu;
const formats34 = /^(?:\/[^/\p{Cc}]+)+$/u;

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.listen === undefined) || (!(func0.call(data, "listen")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "listen"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.store === undefined) || (!(func0.call(data, "store")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "store"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((data.deadLetters === undefined) || (!(func0.call(data, "deadLetters")))){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "deadLetters"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((data.limits === undefined) || (!(func0.call(data, "limits")))){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "limits"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((data.ids === undefined) || (!(func0.call(data, "ids")))){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ids"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((data.workers === undefined) || (!(func0.call(data, "workers")))){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "workers"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((data.pipelineTimeout === undefined) || (!(func0.call(data, "pipelineTimeout")))){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pipelineTimeout"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((data.pipelineFailure === undefined) || (!(func0.call(data, "pipelineFailure")))){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pipelineFailure"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((data.wireForm === undefined) || (!(func0.call(data, "wireForm")))){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "wireForm"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((data.keepalive === undefined) || (!(func0.call(data, "keepalive")))){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "keepalive"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if((data.shutdownTimeout === undefined) || (!(func0.call(data, "shutdownTimeout")))){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shutdownTimeout"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((data.log === undefined) || (!(func0.call(data, "log")))){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "log"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema11.properties, key0))){
const err12 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.listen !== undefined && func0.call(data, "listen")){
let data0 = data.listen;
const _errs3 = errors;
let valid1 = false;
const _errs4 = errors;
if(typeof data0 === "string"){
if(!(formats0(data0))){
const err13 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/anyOf/0/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var _valid0 = _errs4 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs6 = errors;
if(Array.isArray(data0)){
if(data0.length < 1){
const err15 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/anyOf/1/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(typeof data1 === "string"){
if(!(formats0(data1))){
const err16 = {instancePath:instancePath+"/listen/" + i0,schemaPath:"#/properties/listen/anyOf/1/items/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/listen/" + i0,schemaPath:"#/properties/listen/anyOf/1/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/anyOf/1/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err19 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
}
}
if(data.tls !== undefined && func0.call(data, "tls")){
let data2 = data.tls;
const _errs11 = errors;
let valid4 = false;
const _errs12 = errors;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if((data2.certificate === undefined) || (!(func0.call(data2, "certificate")))){
const err20 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/0/required",keyword:"required",params:{missingProperty: "certificate"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if((data2.key === undefined) || (!(func0.call(data2, "key")))){
const err21 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/0/required",keyword:"required",params:{missingProperty: "key"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key1 of Object.keys(data2)){
if(!((((key1 === "certificate") || (key1 === "key")) || (key1 === "ca")) || (key1 === "clientAuth"))){
const err22 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data2.certificate !== undefined && func0.call(data2, "certificate")){
let data3 = data2.certificate;
if(typeof data3 === "string"){
if(data3.length < 1){
const err23 = {instancePath:instancePath+"/tls/certificate",schemaPath:"#/properties/tls/anyOf/0/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/tls/certificate",schemaPath:"#/properties/tls/anyOf/0/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data2.key !== undefined && func0.call(data2, "key")){
let data4 = data2.key;
if(typeof data4 === "string"){
if(data4.length < 1){
const err25 = {instancePath:instancePath+"/tls/key",schemaPath:"#/properties/tls/anyOf/0/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/tls/key",schemaPath:"#/properties/tls/anyOf/0/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data2.ca !== undefined && func0.call(data2, "ca")){
let data5 = data2.ca;
if(typeof data5 === "string"){
if(data5.length < 1){
const err27 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/properties/tls/anyOf/0/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/properties/tls/anyOf/0/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data2.clientAuth !== undefined && func0.call(data2, "clientAuth")){
let data6 = data2.clientAuth;
if(!(((data6 === "none") || (data6 === "optional")) || (data6 === "required"))){
const err29 = {instancePath:instancePath+"/tls/clientAuth",schemaPath:"#/properties/tls/anyOf/0/properties/clientAuth/enum",keyword:"enum",params:{allowedValues: schema11.properties.tls.anyOf[0].properties.clientAuth.enum}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
var _valid1 = _errs12 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs22 = errors;
if(typeof data2 !== "boolean"){
const err31 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/1/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(false !== data2){
const err32 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf/1/const",keyword:"const",params:{allowedValue: false}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
var _valid1 = _errs22 === errors;
valid4 = valid4 || _valid1;
}
if(!valid4){
const err33 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
else {
errors = _errs11;
if(vErrors !== null){
if(_errs11){
vErrors.length = _errs11;
}
else {
vErrors = null;
}
}
}
}
if(data.store !== undefined && func0.call(data, "store")){
let data7 = data.store;
const _errs25 = errors;
let valid6 = false;
const _errs26 = errors;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if((data7.type === undefined) || (!(func0.call(data7, "type")))){
const err34 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/0/required",keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if((data7.retention === undefined) || (!(func0.call(data7, "retention")))){
const err35 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/0/required",keyword:"required",params:{missingProperty: "retention"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if((data7.lateAfter === undefined) || (!(func0.call(data7, "lateAfter")))){
const err36 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/0/required",keyword:"required",params:{missingProperty: "lateAfter"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
for(const key2 of Object.keys(data7)){
if(!((((key2 === "type") || (key2 === "path")) || (key2 === "retention")) || (key2 === "lateAfter"))){
const err37 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data7.type !== undefined && func0.call(data7, "type")){
if(!(data7.type === "embedded")){
const err38 = {instancePath:instancePath+"/store/type",schemaPath:"#/properties/store/anyOf/0/properties/type/enum",keyword:"enum",params:{allowedValues: schema11.properties.store.anyOf[0].properties.type.enum}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data7.path !== undefined && func0.call(data7, "path")){
let data9 = data7.path;
if(typeof data9 === "string"){
if(data9.length < 1){
const err39 = {instancePath:instancePath+"/store/path",schemaPath:"#/properties/store/anyOf/0/properties/path/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/store/path",schemaPath:"#/properties/store/anyOf/0/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data7.retention !== undefined && func0.call(data7, "retention")){
let data10 = data7.retention;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key3 of Object.keys(data10)){
if(!(((key3 === "age") || (key3 === "clockTrustedUntil")) || (key3 === "size"))){
const err41 = {instancePath:instancePath+"/store/retention",schemaPath:"#/properties/store/anyOf/0/properties/retention/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data10.age !== undefined && func0.call(data10, "age")){
let data11 = data10.age;
if(measures.duration(data11) < 1000){
const err42 = {instancePath:instancePath+"/store/retention/age",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/age/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(measures.duration(data11) > 315360000000){
const err43 = {instancePath:instancePath+"/store/retention/age",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/age/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(typeof data11 === "string"){
if(!(formats4(data11))){
const err44 = {instancePath:instancePath+"/store/retention/age",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/age/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/store/retention/age",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/age/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data10.clockTrustedUntil !== undefined && func0.call(data10, "clockTrustedUntil")){
let data12 = data10.clockTrustedUntil;
if(typeof data12 === "string"){
if(data12.length < 1){
const err46 = {instancePath:instancePath+"/store/retention/clockTrustedUntil",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/clockTrustedUntil/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(!(formats6(data12))){
const err47 = {instancePath:instancePath+"/store/retention/clockTrustedUntil",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/clockTrustedUntil/format",keyword:"format",params:{format: "time"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/store/retention/clockTrustedUntil",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/clockTrustedUntil/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data10.size !== undefined && func0.call(data10, "size")){
let data13 = data10.size;
if(measures.size(data13) < 1048576){
const err49 = {instancePath:instancePath+"/store/retention/size",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/size/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(measures.size(data13) > 1125899906842624){
const err50 = {instancePath:instancePath+"/store/retention/size",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/size/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(typeof data13 === "string"){
if(!(formats8(data13))){
const err51 = {instancePath:instancePath+"/store/retention/size",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/size/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/store/retention/size",schemaPath:"#/properties/store/anyOf/0/properties/retention/properties/size/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/store/retention",schemaPath:"#/properties/store/anyOf/0/properties/retention/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data7.lateAfter !== undefined && func0.call(data7, "lateAfter")){
let data14 = data7.lateAfter;
if(measures.duration(data14) < 1000){
const err54 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/0/properties/lateAfter/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(measures.duration(data14) > 2592000000){
const err55 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/0/properties/lateAfter/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(typeof data14 === "string"){
if(!(formats4(data14))){
const err56 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/0/properties/lateAfter/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
else {
const err57 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/0/properties/lateAfter/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
var _valid2 = _errs26 === errors;
valid6 = valid6 || _valid2;
if(!valid6){
const _errs43 = errors;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if((data7.type === undefined) || (!(func0.call(data7, "type")))){
const err59 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if((data7.allowPlainHosts === undefined) || (!(func0.call(data7, "allowPlainHosts")))){
const err60 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "allowPlainHosts"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if((data7.indexWindow === undefined) || (!(func0.call(data7, "indexWindow")))){
const err61 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "indexWindow"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((data7.senderChoices === undefined) || (!(func0.call(data7, "senderChoices")))){
const err62 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "senderChoices"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if((data7.compression === undefined) || (!(func0.call(data7, "compression")))){
const err63 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "compression"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if((data7.template === undefined) || (!(func0.call(data7, "template")))){
const err64 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "template"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if((data7.requestTimeout === undefined) || (!(func0.call(data7, "requestTimeout")))){
const err65 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "requestTimeout"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if((data7.requestsInFlight === undefined) || (!(func0.call(data7, "requestsInFlight")))){
const err66 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "requestsInFlight"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((data7.bulkBytes === undefined) || (!(func0.call(data7, "bulkBytes")))){
const err67 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "bulkBytes"}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if((data7.giveUpAfter === undefined) || (!(func0.call(data7, "giveUpAfter")))){
const err68 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "giveUpAfter"}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if((data7.lateAfter === undefined) || (!(func0.call(data7, "lateAfter")))){
const err69 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/required",keyword:"required",params:{missingProperty: "lateAfter"}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
for(const key4 of Object.keys(data7)){
if(!(func0.call(schema11.properties.store.anyOf[1].properties, key4))){
const err70 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data7.type !== undefined && func0.call(data7, "type")){
if(!(data7.type === "elasticsearch")){
const err71 = {instancePath:instancePath+"/store/type",schemaPath:"#/properties/store/anyOf/1/properties/type/enum",keyword:"enum",params:{allowedValues: schema11.properties.store.anyOf[1].properties.type.enum}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data7.hosts !== undefined && func0.call(data7, "hosts")){
let data16 = data7.hosts;
if(Array.isArray(data16)){
if(data16.length < 1){
const err72 = {instancePath:instancePath+"/store/hosts",schemaPath:"#/properties/store/anyOf/1/properties/hosts/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
const len1 = data16.length;
for(let i1=0; i1<len1; i1++){
let data17 = data16[i1];
if(typeof data17 === "string"){
if(data17.length < 1){
const err73 = {instancePath:instancePath+"/store/hosts/" + i1,schemaPath:"#/properties/store/anyOf/1/properties/hosts/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
else {
const err74 = {instancePath:instancePath+"/store/hosts/" + i1,schemaPath:"#/properties/store/anyOf/1/properties/hosts/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/store/hosts",schemaPath:"#/properties/store/anyOf/1/properties/hosts/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data7.hostsKey !== undefined && func0.call(data7, "hostsKey")){
let data18 = data7.hostsKey;
if(typeof data18 === "string"){
if(data18.length < 1){
const err76 = {instancePath:instancePath+"/store/hostsKey",schemaPath:"#/properties/store/anyOf/1/properties/hostsKey/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/store/hostsKey",schemaPath:"#/properties/store/anyOf/1/properties/hostsKey/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data7.allowPlainHosts !== undefined && func0.call(data7, "allowPlainHosts")){
if(typeof data7.allowPlainHosts !== "boolean"){
const err78 = {instancePath:instancePath+"/store/allowPlainHosts",schemaPath:"#/properties/store/anyOf/1/properties/allowPlainHosts/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data7.index !== undefined && func0.call(data7, "index")){
let data20 = data7.index;
if(typeof data20 === "string"){
if(data20.length < 1){
const err79 = {instancePath:instancePath+"/store/index",schemaPath:"#/properties/store/anyOf/1/properties/index/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(!(formats12(data20))){
const err80 = {instancePath:instancePath+"/store/index",schemaPath:"#/properties/store/anyOf/1/properties/index/format",keyword:"format",params:{format: "index-name"}};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/store/index",schemaPath:"#/properties/store/anyOf/1/properties/index/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data7.indexWindow !== undefined && func0.call(data7, "indexWindow")){
let data21 = data7.indexWindow;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if((data21.back === undefined) || (!(func0.call(data21, "back")))){
const err82 = {instancePath:instancePath+"/store/indexWindow",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/required",keyword:"required",params:{missingProperty: "back"}};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if((data21.ahead === undefined) || (!(func0.call(data21, "ahead")))){
const err83 = {instancePath:instancePath+"/store/indexWindow",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/required",keyword:"required",params:{missingProperty: "ahead"}};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
for(const key5 of Object.keys(data21)){
if(!((key5 === "back") || (key5 === "ahead"))){
const err84 = {instancePath:instancePath+"/store/indexWindow",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data21.back !== undefined && func0.call(data21, "back")){
let data22 = data21.back;
if(measures.duration(data22) < 3600000){
const err85 = {instancePath:instancePath+"/store/indexWindow/back",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/back/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(measures.duration(data22) > 3153600000000){
const err86 = {instancePath:instancePath+"/store/indexWindow/back",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/back/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if(typeof data22 === "string"){
if(!(formats4(data22))){
const err87 = {instancePath:instancePath+"/store/indexWindow/back",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/back/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
else {
const err88 = {instancePath:instancePath+"/store/indexWindow/back",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/back/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data21.ahead !== undefined && func0.call(data21, "ahead")){
let data23 = data21.ahead;
if(measures.duration(data23) < 3600000){
const err89 = {instancePath:instancePath+"/store/indexWindow/ahead",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/ahead/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(measures.duration(data23) > 3153600000000){
const err90 = {instancePath:instancePath+"/store/indexWindow/ahead",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/ahead/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if(typeof data23 === "string"){
if(!(formats4(data23))){
const err91 = {instancePath:instancePath+"/store/indexWindow/ahead",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/ahead/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
else {
const err92 = {instancePath:instancePath+"/store/indexWindow/ahead",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/properties/ahead/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
}
else {
const err93 = {instancePath:instancePath+"/store/indexWindow",schemaPath:"#/properties/store/anyOf/1/properties/indexWindow/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data7.senderChoices !== undefined && func0.call(data7, "senderChoices")){
let data24 = data7.senderChoices;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key6 of Object.keys(data24)){
if(!((key6 === "indices") || (key6 === "pipelines"))){
const err94 = {instancePath:instancePath+"/store/senderChoices",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
if(data24.indices !== undefined && func0.call(data24, "indices")){
let data25 = data24.indices;
if(Array.isArray(data25)){
if(data25.length < 1){
const err95 = {instancePath:instancePath+"/store/senderChoices/indices",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/indices/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
const len2 = data25.length;
for(let i2=0; i2<len2; i2++){
let data26 = data25[i2];
if(typeof data26 === "string"){
if(data26.length < 1){
const err96 = {instancePath:instancePath+"/store/senderChoices/indices/" + i2,schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/indices/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
else {
const err97 = {instancePath:instancePath+"/store/senderChoices/indices/" + i2,schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/indices/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
}
else {
const err98 = {instancePath:instancePath+"/store/senderChoices/indices",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/indices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
if(data24.pipelines !== undefined && func0.call(data24, "pipelines")){
let data27 = data24.pipelines;
if(Array.isArray(data27)){
if(data27.length < 1){
const err99 = {instancePath:instancePath+"/store/senderChoices/pipelines",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/pipelines/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
const len3 = data27.length;
for(let i3=0; i3<len3; i3++){
let data28 = data27[i3];
if(typeof data28 === "string"){
if(data28.length < 1){
const err100 = {instancePath:instancePath+"/store/senderChoices/pipelines/" + i3,schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/pipelines/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/store/senderChoices/pipelines/" + i3,schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/pipelines/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
else {
const err102 = {instancePath:instancePath+"/store/senderChoices/pipelines",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/properties/pipelines/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
else {
const err103 = {instancePath:instancePath+"/store/senderChoices",schemaPath:"#/properties/store/anyOf/1/properties/senderChoices/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data7.allowedIndices !== undefined && func0.call(data7, "allowedIndices")){
let data29 = data7.allowedIndices;
if(Array.isArray(data29)){
if(data29.length < 1){
const err104 = {instancePath:instancePath+"/store/allowedIndices",schemaPath:"#/properties/store/anyOf/1/properties/allowedIndices/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
const len4 = data29.length;
for(let i4=0; i4<len4; i4++){
let data30 = data29[i4];
if(typeof data30 === "string"){
if(data30.length < 1){
const err105 = {instancePath:instancePath+"/store/allowedIndices/" + i4,schemaPath:"#/properties/store/anyOf/1/properties/allowedIndices/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
else {
const err106 = {instancePath:instancePath+"/store/allowedIndices/" + i4,schemaPath:"#/properties/store/anyOf/1/properties/allowedIndices/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
}
else {
const err107 = {instancePath:instancePath+"/store/allowedIndices",schemaPath:"#/properties/store/anyOf/1/properties/allowedIndices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data7.dataStream !== undefined && func0.call(data7, "dataStream")){
let data31 = data7.dataStream;
if(typeof data31 === "string"){
if(data31.length < 1){
const err108 = {instancePath:instancePath+"/store/dataStream",schemaPath:"#/properties/store/anyOf/1/properties/dataStream/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(!(formats18(data31))){
const err109 = {instancePath:instancePath+"/store/dataStream",schemaPath:"#/properties/store/anyOf/1/properties/dataStream/format",keyword:"format",params:{format: "stream-or-fields"}};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
else {
const err110 = {instancePath:instancePath+"/store/dataStream",schemaPath:"#/properties/store/anyOf/1/properties/dataStream/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data7.alias !== undefined && func0.call(data7, "alias")){
let data32 = data7.alias;
if(typeof data32 === "string"){
if(data32.length < 1){
const err111 = {instancePath:instancePath+"/store/alias",schemaPath:"#/properties/store/anyOf/1/properties/alias/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
if(!(formats20(data32))){
const err112 = {instancePath:instancePath+"/store/alias",schemaPath:"#/properties/store/anyOf/1/properties/alias/format",keyword:"format",params:{format: "stream-name"}};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
else {
const err113 = {instancePath:instancePath+"/store/alias",schemaPath:"#/properties/store/anyOf/1/properties/alias/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data7.user !== undefined && func0.call(data7, "user")){
let data33 = data7.user;
if(typeof data33 === "string"){
if(data33.length < 1){
const err114 = {instancePath:instancePath+"/store/user",schemaPath:"#/properties/store/anyOf/1/properties/user/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
else {
const err115 = {instancePath:instancePath+"/store/user",schemaPath:"#/properties/store/anyOf/1/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data7.password !== undefined && func0.call(data7, "password")){
let data34 = data7.password;
if(typeof data34 === "string"){
if(data34.length < 1){
const err116 = {instancePath:instancePath+"/store/password",schemaPath:"#/properties/store/anyOf/1/properties/password/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
else {
const err117 = {instancePath:instancePath+"/store/password",schemaPath:"#/properties/store/anyOf/1/properties/password/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data7.passwordFile !== undefined && func0.call(data7, "passwordFile")){
let data35 = data7.passwordFile;
if(typeof data35 === "string"){
if(data35.length < 1){
const err118 = {instancePath:instancePath+"/store/passwordFile",schemaPath:"#/properties/store/anyOf/1/properties/passwordFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
else {
const err119 = {instancePath:instancePath+"/store/passwordFile",schemaPath:"#/properties/store/anyOf/1/properties/passwordFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
if(data7.apiKey !== undefined && func0.call(data7, "apiKey")){
let data36 = data7.apiKey;
if(typeof data36 === "string"){
if(data36.length < 1){
const err120 = {instancePath:instancePath+"/store/apiKey",schemaPath:"#/properties/store/anyOf/1/properties/apiKey/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
else {
const err121 = {instancePath:instancePath+"/store/apiKey",schemaPath:"#/properties/store/anyOf/1/properties/apiKey/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
if(data7.apiKeyFile !== undefined && func0.call(data7, "apiKeyFile")){
let data37 = data7.apiKeyFile;
if(typeof data37 === "string"){
if(data37.length < 1){
const err122 = {instancePath:instancePath+"/store/apiKeyFile",schemaPath:"#/properties/store/anyOf/1/properties/apiKeyFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
else {
const err123 = {instancePath:instancePath+"/store/apiKeyFile",schemaPath:"#/properties/store/anyOf/1/properties/apiKeyFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
if(data7.bearer !== undefined && func0.call(data7, "bearer")){
let data38 = data7.bearer;
if(typeof data38 === "string"){
if(data38.length < 1){
const err124 = {instancePath:instancePath+"/store/bearer",schemaPath:"#/properties/store/anyOf/1/properties/bearer/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
else {
const err125 = {instancePath:instancePath+"/store/bearer",schemaPath:"#/properties/store/anyOf/1/properties/bearer/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
if(data7.bearerFile !== undefined && func0.call(data7, "bearerFile")){
let data39 = data7.bearerFile;
if(typeof data39 === "string"){
if(data39.length < 1){
const err126 = {instancePath:instancePath+"/store/bearerFile",schemaPath:"#/properties/store/anyOf/1/properties/bearerFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
else {
const err127 = {instancePath:instancePath+"/store/bearerFile",schemaPath:"#/properties/store/anyOf/1/properties/bearerFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data7.ca !== undefined && func0.call(data7, "ca")){
let data40 = data7.ca;
if(typeof data40 === "string"){
if(data40.length < 1){
const err128 = {instancePath:instancePath+"/store/ca",schemaPath:"#/properties/store/anyOf/1/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
else {
const err129 = {instancePath:instancePath+"/store/ca",schemaPath:"#/properties/store/anyOf/1/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
if(data7.caFingerprint !== undefined && func0.call(data7, "caFingerprint")){
let data41 = data7.caFingerprint;
if(typeof data41 === "string"){
if(data41.length < 1){
const err130 = {instancePath:instancePath+"/store/caFingerprint",schemaPath:"#/properties/store/anyOf/1/properties/caFingerprint/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
if(!(formats22.test(data41))){
const err131 = {instancePath:instancePath+"/store/caFingerprint",schemaPath:"#/properties/store/anyOf/1/properties/caFingerprint/format",keyword:"format",params:{format: "fingerprint"}};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
else {
const err132 = {instancePath:instancePath+"/store/caFingerprint",schemaPath:"#/properties/store/anyOf/1/properties/caFingerprint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
if(data7.certificate !== undefined && func0.call(data7, "certificate")){
let data42 = data7.certificate;
if(typeof data42 === "string"){
if(data42.length < 1){
const err133 = {instancePath:instancePath+"/store/certificate",schemaPath:"#/properties/store/anyOf/1/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/store/certificate",schemaPath:"#/properties/store/anyOf/1/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data7.key !== undefined && func0.call(data7, "key")){
let data43 = data7.key;
if(typeof data43 === "string"){
if(data43.length < 1){
const err135 = {instancePath:instancePath+"/store/key",schemaPath:"#/properties/store/anyOf/1/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
else {
const err136 = {instancePath:instancePath+"/store/key",schemaPath:"#/properties/store/anyOf/1/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data7.compression !== undefined && func0.call(data7, "compression")){
if(typeof data7.compression !== "boolean"){
const err137 = {instancePath:instancePath+"/store/compression",schemaPath:"#/properties/store/anyOf/1/properties/compression/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data7.template !== undefined && func0.call(data7, "template")){
if(typeof data7.template !== "boolean"){
const err138 = {instancePath:instancePath+"/store/template",schemaPath:"#/properties/store/anyOf/1/properties/template/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data7.pipeline !== undefined && func0.call(data7, "pipeline")){
let data46 = data7.pipeline;
if(typeof data46 === "string"){
if(data46.length < 1){
const err139 = {instancePath:instancePath+"/store/pipeline",schemaPath:"#/properties/store/anyOf/1/properties/pipeline/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
else {
const err140 = {instancePath:instancePath+"/store/pipeline",schemaPath:"#/properties/store/anyOf/1/properties/pipeline/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data7.requestTimeout !== undefined && func0.call(data7, "requestTimeout")){
let data47 = data7.requestTimeout;
if(measures.duration(data47) < 1000){
const err141 = {instancePath:instancePath+"/store/requestTimeout",schemaPath:"#/properties/store/anyOf/1/properties/requestTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
if(measures.duration(data47) > 600000){
const err142 = {instancePath:instancePath+"/store/requestTimeout",schemaPath:"#/properties/store/anyOf/1/properties/requestTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
if(typeof data47 === "string"){
if(!(formats4(data47))){
const err143 = {instancePath:instancePath+"/store/requestTimeout",schemaPath:"#/properties/store/anyOf/1/properties/requestTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
else {
const err144 = {instancePath:instancePath+"/store/requestTimeout",schemaPath:"#/properties/store/anyOf/1/properties/requestTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
if(data7.requestsInFlight !== undefined && func0.call(data7, "requestsInFlight")){
let data48 = data7.requestsInFlight;
if(!(((typeof data48 == "number") && (!(data48 % 1) && !isNaN(data48))) && (isFinite(data48)))){
const err145 = {instancePath:instancePath+"/store/requestsInFlight",schemaPath:"#/properties/store/anyOf/1/properties/requestsInFlight/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if((typeof data48 == "number") && (isFinite(data48))){
if(data48 > 64 || isNaN(data48)){
const err146 = {instancePath:instancePath+"/store/requestsInFlight",schemaPath:"#/properties/store/anyOf/1/properties/requestsInFlight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64}};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
if(data48 < 1 || isNaN(data48)){
const err147 = {instancePath:instancePath+"/store/requestsInFlight",schemaPath:"#/properties/store/anyOf/1/properties/requestsInFlight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
}
if(data7.bulkBytes !== undefined && func0.call(data7, "bulkBytes")){
let data49 = data7.bulkBytes;
if(measures.size(data49) < 65536){
const err148 = {instancePath:instancePath+"/store/bulkBytes",schemaPath:"#/properties/store/anyOf/1/properties/bulkBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
if(measures.size(data49) > 94371840){
const err149 = {instancePath:instancePath+"/store/bulkBytes",schemaPath:"#/properties/store/anyOf/1/properties/bulkBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if(typeof data49 === "string"){
if(!(formats8(data49))){
const err150 = {instancePath:instancePath+"/store/bulkBytes",schemaPath:"#/properties/store/anyOf/1/properties/bulkBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/store/bulkBytes",schemaPath:"#/properties/store/anyOf/1/properties/bulkBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data7.giveUpAfter !== undefined && func0.call(data7, "giveUpAfter")){
let data50 = data7.giveUpAfter;
if(measures.duration(data50) < 60000){
const err152 = {instancePath:instancePath+"/store/giveUpAfter",schemaPath:"#/properties/store/anyOf/1/properties/giveUpAfter/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if(measures.duration(data50) > 2592000000){
const err153 = {instancePath:instancePath+"/store/giveUpAfter",schemaPath:"#/properties/store/anyOf/1/properties/giveUpAfter/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(typeof data50 === "string"){
if(!(formats4(data50))){
const err154 = {instancePath:instancePath+"/store/giveUpAfter",schemaPath:"#/properties/store/anyOf/1/properties/giveUpAfter/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
else {
const err155 = {instancePath:instancePath+"/store/giveUpAfter",schemaPath:"#/properties/store/anyOf/1/properties/giveUpAfter/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data7.lateAfter !== undefined && func0.call(data7, "lateAfter")){
let data51 = data7.lateAfter;
if(measures.duration(data51) < 1000){
const err156 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/1/properties/lateAfter/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
if(measures.duration(data51) > 2592000000){
const err157 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/1/properties/lateAfter/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
if(typeof data51 === "string"){
if(!(formats4(data51))){
const err158 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/1/properties/lateAfter/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
else {
const err159 = {instancePath:instancePath+"/store/lateAfter",schemaPath:"#/properties/store/anyOf/1/properties/lateAfter/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
}
else {
const err160 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf/1/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
var _valid2 = _errs43 === errors;
valid6 = valid6 || _valid2;
}
if(!valid6){
const err161 = {instancePath:instancePath+"/store",schemaPath:"#/properties/store/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
else {
errors = _errs25;
if(vErrors !== null){
if(_errs25){
vErrors.length = _errs25;
}
else {
vErrors = null;
}
}
}
}
if(data.deadLetters !== undefined && func0.call(data, "deadLetters")){
let data52 = data.deadLetters;
if(data52 && typeof data52 == "object" && !Array.isArray(data52)){
if((data52.maxBytes === undefined) || (!(func0.call(data52, "maxBytes")))){
const err162 = {instancePath:instancePath+"/deadLetters",schemaPath:"#/properties/deadLetters/required",keyword:"required",params:{missingProperty: "maxBytes"}};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
for(const key7 of Object.keys(data52)){
if(!((key7 === "maxBytes") || (key7 === "path"))){
const err163 = {instancePath:instancePath+"/deadLetters",schemaPath:"#/properties/deadLetters/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
if(data52.maxBytes !== undefined && func0.call(data52, "maxBytes")){
let data53 = data52.maxBytes;
if(measures.size(data53) < 1048576){
const err164 = {instancePath:instancePath+"/deadLetters/maxBytes",schemaPath:"#/properties/deadLetters/properties/maxBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if(measures.size(data53) > 1099511627776){
const err165 = {instancePath:instancePath+"/deadLetters/maxBytes",schemaPath:"#/properties/deadLetters/properties/maxBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(typeof data53 === "string"){
if(!(formats8(data53))){
const err166 = {instancePath:instancePath+"/deadLetters/maxBytes",schemaPath:"#/properties/deadLetters/properties/maxBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
else {
const err167 = {instancePath:instancePath+"/deadLetters/maxBytes",schemaPath:"#/properties/deadLetters/properties/maxBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
if(data52.path !== undefined && func0.call(data52, "path")){
let data54 = data52.path;
if(typeof data54 === "string"){
if(data54.length < 1){
const err168 = {instancePath:instancePath+"/deadLetters/path",schemaPath:"#/properties/deadLetters/properties/path/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
else {
const err169 = {instancePath:instancePath+"/deadLetters/path",schemaPath:"#/properties/deadLetters/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
}
else {
const err170 = {instancePath:instancePath+"/deadLetters",schemaPath:"#/properties/deadLetters/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data.discovery !== undefined && func0.call(data, "discovery")){
let data55 = data.discovery;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
if((data55.etcd === undefined) || (!(func0.call(data55, "etcd")))){
const err171 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/required",keyword:"required",params:{missingProperty: "etcd"}};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
for(const key8 of Object.keys(data55)){
if(!(key8 === "etcd")){
const err172 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
if(data55.etcd !== undefined && func0.call(data55, "etcd")){
let data56 = data55.etcd;
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
if((data56.endpoints === undefined) || (!(func0.call(data56, "endpoints")))){
const err173 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "endpoints"}};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
if((data56.layout === undefined) || (!(func0.call(data56, "layout")))){
const err174 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "layout"}};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
if((data56.prefix === undefined) || (!(func0.call(data56, "prefix")))){
const err175 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "prefix"}};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
for(const key9 of Object.keys(data56)){
if(!(func0.call(schema11.properties.discovery.properties.etcd.properties, key9))){
const err176 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9}};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
if(data56.endpoints !== undefined && func0.call(data56, "endpoints")){
let data57 = data56.endpoints;
if(Array.isArray(data57)){
if(data57.length < 1){
const err177 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
const len5 = data57.length;
for(let i5=0; i5<len5; i5++){
let data58 = data57[i5];
if(typeof data58 === "string"){
if(data58.length < 1){
const err178 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i5,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
else {
const err179 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i5,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
}
else {
const err180 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
if(data56.layout !== undefined && func0.call(data56, "layout")){
let data59 = data56.layout;
if(!((data59 === "forwarder") || (data59 === "logstash"))){
const err181 = {instancePath:instancePath+"/discovery/etcd/layout",schemaPath:"#/properties/discovery/properties/etcd/properties/layout/enum",keyword:"enum",params:{allowedValues: schema11.properties.discovery.properties.etcd.properties.layout.enum}};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
if(data56.prefix !== undefined && func0.call(data56, "prefix")){
let data60 = data56.prefix;
if(typeof data60 === "string"){
if(data60.length < 1){
const err182 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
if(!(formats34.test(data60))){
const err183 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/format",keyword:"format",params:{format: "etcd-prefix"}};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
else {
const err184 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
if(data56.user !== undefined && func0.call(data56, "user")){
let data61 = data56.user;
if(typeof data61 === "string"){
if(data61.length < 1){
const err185 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
}
else {
const err186 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
if(data56.password !== undefined && func0.call(data56, "password")){
let data62 = data56.password;
if(typeof data62 === "string"){
if(data62.length < 1){
const err187 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
else {
const err188 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data56.passwordFile !== undefined && func0.call(data56, "passwordFile")){
let data63 = data56.passwordFile;
if(typeof data63 === "string"){
if(data63.length < 1){
const err189 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
else {
const err190 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
if(data56.ca !== undefined && func0.call(data56, "ca")){
let data64 = data56.ca;
if(typeof data64 === "string"){
if(data64.length < 1){
const err191 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
else {
const err192 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
if(data56.certificate !== undefined && func0.call(data56, "certificate")){
let data65 = data56.certificate;
if(typeof data65 === "string"){
if(data65.length < 1){
const err193 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
else {
const err194 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
if(data56.key !== undefined && func0.call(data56, "key")){
let data66 = data56.key;
if(typeof data66 === "string"){
if(data66.length < 1){
const err195 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
}
else {
const err196 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
}
else {
const err197 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
}
else {
const err198 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
if(data.advertise !== undefined && func0.call(data, "advertise")){
let data67 = data.advertise;
const _errs154 = errors;
let valid25 = false;
const _errs155 = errors;
if(data67 && typeof data67 == "object" && !Array.isArray(data67)){
if((data67.weight === undefined) || (!(func0.call(data67, "weight")))){
const err199 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf/0/required",keyword:"required",params:{missingProperty: "weight"}};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
for(const key10 of Object.keys(data67)){
if(!((((((key10 === "address") || (key10 === "name")) || (key10 === "names")) || (key10 === "zone")) || (key10 === "weight")) || (key10 === "privateKey"))){
const err200 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
if(data67.address !== undefined && func0.call(data67, "address")){
let data68 = data67.address;
if(typeof data68 === "string"){
if(!(formats0(data68))){
const err201 = {instancePath:instancePath+"/advertise/address",schemaPath:"#/properties/advertise/anyOf/0/properties/address/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
else {
const err202 = {instancePath:instancePath+"/advertise/address",schemaPath:"#/properties/advertise/anyOf/0/properties/address/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data67.name !== undefined && func0.call(data67, "name")){
let data69 = data67.name;
if(typeof data69 === "string"){
if(data69.length < 1){
const err203 = {instancePath:instancePath+"/advertise/name",schemaPath:"#/properties/advertise/anyOf/0/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
}
else {
const err204 = {instancePath:instancePath+"/advertise/name",schemaPath:"#/properties/advertise/anyOf/0/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
if(data67.names !== undefined && func0.call(data67, "names")){
let data70 = data67.names;
if(Array.isArray(data70)){
if(data70.length < 1){
const err205 = {instancePath:instancePath+"/advertise/names",schemaPath:"#/properties/advertise/anyOf/0/properties/names/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
const len6 = data70.length;
for(let i6=0; i6<len6; i6++){
let data71 = data70[i6];
if(typeof data71 === "string"){
if(data71.length < 1){
const err206 = {instancePath:instancePath+"/advertise/names/" + i6,schemaPath:"#/properties/advertise/anyOf/0/properties/names/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
else {
const err207 = {instancePath:instancePath+"/advertise/names/" + i6,schemaPath:"#/properties/advertise/anyOf/0/properties/names/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
}
else {
const err208 = {instancePath:instancePath+"/advertise/names",schemaPath:"#/properties/advertise/anyOf/0/properties/names/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
if(data67.zone !== undefined && func0.call(data67, "zone")){
let data72 = data67.zone;
if(typeof data72 === "string"){
if(data72.length < 1){
const err209 = {instancePath:instancePath+"/advertise/zone",schemaPath:"#/properties/advertise/anyOf/0/properties/zone/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
else {
const err210 = {instancePath:instancePath+"/advertise/zone",schemaPath:"#/properties/advertise/anyOf/0/properties/zone/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data67.weight !== undefined && func0.call(data67, "weight")){
let data73 = data67.weight;
if(!(((typeof data73 == "number") && (!(data73 % 1) && !isNaN(data73))) && (isFinite(data73)))){
const err211 = {instancePath:instancePath+"/advertise/weight",schemaPath:"#/properties/advertise/anyOf/0/properties/weight/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
if((typeof data73 == "number") && (isFinite(data73))){
if(data73 > 1000 || isNaN(data73)){
const err212 = {instancePath:instancePath+"/advertise/weight",schemaPath:"#/properties/advertise/anyOf/0/properties/weight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if(data73 < 1 || isNaN(data73)){
const err213 = {instancePath:instancePath+"/advertise/weight",schemaPath:"#/properties/advertise/anyOf/0/properties/weight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
}
if(data67.privateKey !== undefined && func0.call(data67, "privateKey")){
let data74 = data67.privateKey;
if(typeof data74 !== "string"){
const err214 = {instancePath:instancePath+"/advertise/privateKey",schemaPath:"#/properties/advertise/anyOf/0/properties/privateKey/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
if("readable by everyone who can read etcd" !== data74){
const err215 = {instancePath:instancePath+"/advertise/privateKey",schemaPath:"#/properties/advertise/anyOf/0/properties/privateKey/const",keyword:"const",params:{allowedValue: "readable by everyone who can read etcd"}};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
}
else {
const err216 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
var _valid3 = _errs155 === errors;
valid25 = valid25 || _valid3;
if(!valid25){
const _errs172 = errors;
if(typeof data67 !== "boolean"){
const err217 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf/1/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
if(false !== data67){
const err218 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf/1/const",keyword:"const",params:{allowedValue: false}};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
var _valid3 = _errs172 === errors;
valid25 = valid25 || _valid3;
}
if(!valid25){
const err219 = {instancePath:instancePath+"/advertise",schemaPath:"#/properties/advertise/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
else {
errors = _errs154;
if(vErrors !== null){
if(_errs154){
vErrors.length = _errs154;
}
else {
vErrors = null;
}
}
}
}
if(data.enrolment !== undefined && func0.call(data, "enrolment")){
let data75 = data.enrolment;
if(data75 && typeof data75 == "object" && !Array.isArray(data75)){
if((data75.caFingerprint === undefined) || (!(func0.call(data75, "caFingerprint")))){
const err220 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/required",keyword:"required",params:{missingProperty: "caFingerprint"}};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
if((data75.clientAuth === undefined) || (!(func0.call(data75, "clientAuth")))){
const err221 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/required",keyword:"required",params:{missingProperty: "clientAuth"}};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
for(const key11 of Object.keys(data75)){
if(!((((key11 === "caFingerprint") || (key11 === "token")) || (key11 === "tokenFile")) || (key11 === "clientAuth"))){
const err222 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11}};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
if(data75.caFingerprint !== undefined && func0.call(data75, "caFingerprint")){
let data76 = data75.caFingerprint;
if(typeof data76 === "string"){
if(data76.length < 1){
const err223 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
if(!(formats22.test(data76))){
const err224 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/format",keyword:"format",params:{format: "fingerprint"}};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
}
else {
const err225 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
}
if(data75.token !== undefined && func0.call(data75, "token")){
let data77 = data75.token;
if(typeof data77 === "string"){
if(data77.length < 1){
const err226 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
}
else {
const err227 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
if(data75.tokenFile !== undefined && func0.call(data75, "tokenFile")){
let data78 = data75.tokenFile;
if(typeof data78 === "string"){
if(data78.length < 1){
const err228 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
}
else {
const err229 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
if(data75.clientAuth !== undefined && func0.call(data75, "clientAuth")){
let data79 = data75.clientAuth;
if(!(((data79 === "none") || (data79 === "optional")) || (data79 === "required"))){
const err230 = {instancePath:instancePath+"/enrolment/clientAuth",schemaPath:"#/properties/enrolment/properties/clientAuth/enum",keyword:"enum",params:{allowedValues: schema11.properties.enrolment.properties.clientAuth.enum}};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
}
else {
const err231 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
if(data.ca !== undefined && func0.call(data, "ca")){
let data80 = data.ca;
if(data80 && typeof data80 == "object" && !Array.isArray(data80)){
if((data80.dir === undefined) || (!(func0.call(data80, "dir")))){
const err232 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "dir"}};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
if((data80.lifetime === undefined) || (!(func0.call(data80, "lifetime")))){
const err233 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "lifetime"}};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
if((data80.renewExpired === undefined) || (!(func0.call(data80, "renewExpired")))){
const err234 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "renewExpired"}};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
for(const key12 of Object.keys(data80)){
if(!(((((key12 === "dir") || (key12 === "passphrase")) || (key12 === "passphraseFile")) || (key12 === "lifetime")) || (key12 === "renewExpired"))){
const err235 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12}};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
if(data80.dir !== undefined && func0.call(data80, "dir")){
let data81 = data80.dir;
if(typeof data81 === "string"){
if(data81.length < 1){
const err236 = {instancePath:instancePath+"/ca/dir",schemaPath:"#/properties/ca/properties/dir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
else {
const err237 = {instancePath:instancePath+"/ca/dir",schemaPath:"#/properties/ca/properties/dir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
if(data80.passphrase !== undefined && func0.call(data80, "passphrase")){
let data82 = data80.passphrase;
if(typeof data82 === "string"){
if(data82.length < 1){
const err238 = {instancePath:instancePath+"/ca/passphrase",schemaPath:"#/properties/ca/properties/passphrase/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
}
else {
const err239 = {instancePath:instancePath+"/ca/passphrase",schemaPath:"#/properties/ca/properties/passphrase/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
if(data80.passphraseFile !== undefined && func0.call(data80, "passphraseFile")){
let data83 = data80.passphraseFile;
if(typeof data83 === "string"){
if(data83.length < 1){
const err240 = {instancePath:instancePath+"/ca/passphraseFile",schemaPath:"#/properties/ca/properties/passphraseFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
}
else {
const err241 = {instancePath:instancePath+"/ca/passphraseFile",schemaPath:"#/properties/ca/properties/passphraseFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
}
if(data80.lifetime !== undefined && func0.call(data80, "lifetime")){
let data84 = data80.lifetime;
if(measures.duration(data84) < 10000){
const err242 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
if(measures.duration(data84) > 71280000000){
const err243 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
if(typeof data84 === "string"){
if(!(formats4(data84))){
const err244 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
}
else {
const err245 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
}
if(data80.renewExpired !== undefined && func0.call(data80, "renewExpired")){
let data85 = data80.renewExpired;
if(measures.duration(data85) < 0){
const err246 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
if(measures.duration(data85) > 315360000000){
const err247 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
if(typeof data85 === "string"){
if(!(formats4(data85))){
const err248 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err248];
}
else {
vErrors.push(err248);
}
errors++;
}
}
else {
const err249 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
}
}
else {
const err250 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
}
if(data.limits !== undefined && func0.call(data, "limits")){
let data86 = data.limits;
if(data86 && typeof data86 == "object" && !Array.isArray(data86)){
if((data86.windowEvents === undefined) || (!(func0.call(data86, "windowEvents")))){
const err251 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "windowEvents"}};
if(vErrors === null){
vErrors = [err251];
}
else {
vErrors.push(err251);
}
errors++;
}
if((data86.frameBytes === undefined) || (!(func0.call(data86, "frameBytes")))){
const err252 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "frameBytes"}};
if(vErrors === null){
vErrors = [err252];
}
else {
vErrors.push(err252);
}
errors++;
}
if((data86.eventBytes === undefined) || (!(func0.call(data86, "eventBytes")))){
const err253 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "eventBytes"}};
if(vErrors === null){
vErrors = [err253];
}
else {
vErrors.push(err253);
}
errors++;
}
if((data86.eventMembers === undefined) || (!(func0.call(data86, "eventMembers")))){
const err254 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "eventMembers"}};
if(vErrors === null){
vErrors = [err254];
}
else {
vErrors.push(err254);
}
errors++;
}
if((data86.inflatedBytes === undefined) || (!(func0.call(data86, "inflatedBytes")))){
const err255 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "inflatedBytes"}};
if(vErrors === null){
vErrors = [err255];
}
else {
vErrors.push(err255);
}
errors++;
}
if((data86.connections === undefined) || (!(func0.call(data86, "connections")))){
const err256 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "connections"}};
if(vErrors === null){
vErrors = [err256];
}
else {
vErrors.push(err256);
}
errors++;
}
if((data86.bytesInFlight === undefined) || (!(func0.call(data86, "bytesInFlight")))){
const err257 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: "bytesInFlight"}};
if(vErrors === null){
vErrors = [err257];
}
else {
vErrors.push(err257);
}
errors++;
}
for(const key13 of Object.keys(data86)){
if(!(func0.call(schema11.properties.limits.properties, key13))){
const err258 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13}};
if(vErrors === null){
vErrors = [err258];
}
else {
vErrors.push(err258);
}
errors++;
}
}
if(data86.windowEvents !== undefined && func0.call(data86, "windowEvents")){
let data87 = data86.windowEvents;
if(!(((typeof data87 == "number") && (!(data87 % 1) && !isNaN(data87))) && (isFinite(data87)))){
const err259 = {instancePath:instancePath+"/limits/windowEvents",schemaPath:"#/properties/limits/properties/windowEvents/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err259];
}
else {
vErrors.push(err259);
}
errors++;
}
if((typeof data87 == "number") && (isFinite(data87))){
if(data87 > 1000000 || isNaN(data87)){
const err260 = {instancePath:instancePath+"/limits/windowEvents",schemaPath:"#/properties/limits/properties/windowEvents/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
if(vErrors === null){
vErrors = [err260];
}
else {
vErrors.push(err260);
}
errors++;
}
if(data87 < 1 || isNaN(data87)){
const err261 = {instancePath:instancePath+"/limits/windowEvents",schemaPath:"#/properties/limits/properties/windowEvents/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err261];
}
else {
vErrors.push(err261);
}
errors++;
}
}
}
if(data86.frameBytes !== undefined && func0.call(data86, "frameBytes")){
let data88 = data86.frameBytes;
if(measures.size(data88) < 65536){
const err262 = {instancePath:instancePath+"/limits/frameBytes",schemaPath:"#/properties/limits/properties/frameBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err262];
}
else {
vErrors.push(err262);
}
errors++;
}
if(measures.size(data88) > 1073741824){
const err263 = {instancePath:instancePath+"/limits/frameBytes",schemaPath:"#/properties/limits/properties/frameBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err263];
}
else {
vErrors.push(err263);
}
errors++;
}
if(typeof data88 === "string"){
if(!(formats8(data88))){
const err264 = {instancePath:instancePath+"/limits/frameBytes",schemaPath:"#/properties/limits/properties/frameBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err264];
}
else {
vErrors.push(err264);
}
errors++;
}
}
else {
const err265 = {instancePath:instancePath+"/limits/frameBytes",schemaPath:"#/properties/limits/properties/frameBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err265];
}
else {
vErrors.push(err265);
}
errors++;
}
}
if(data86.eventBytes !== undefined && func0.call(data86, "eventBytes")){
let data89 = data86.eventBytes;
if(measures.size(data89) < 1024){
const err266 = {instancePath:instancePath+"/limits/eventBytes",schemaPath:"#/properties/limits/properties/eventBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err266];
}
else {
vErrors.push(err266);
}
errors++;
}
if(measures.size(data89) > 268435456){
const err267 = {instancePath:instancePath+"/limits/eventBytes",schemaPath:"#/properties/limits/properties/eventBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err267];
}
else {
vErrors.push(err267);
}
errors++;
}
if(typeof data89 === "string"){
if(!(formats8(data89))){
const err268 = {instancePath:instancePath+"/limits/eventBytes",schemaPath:"#/properties/limits/properties/eventBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err268];
}
else {
vErrors.push(err268);
}
errors++;
}
}
else {
const err269 = {instancePath:instancePath+"/limits/eventBytes",schemaPath:"#/properties/limits/properties/eventBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err269];
}
else {
vErrors.push(err269);
}
errors++;
}
}
if(data86.eventMembers !== undefined && func0.call(data86, "eventMembers")){
let data90 = data86.eventMembers;
if(!(((typeof data90 == "number") && (!(data90 % 1) && !isNaN(data90))) && (isFinite(data90)))){
const err270 = {instancePath:instancePath+"/limits/eventMembers",schemaPath:"#/properties/limits/properties/eventMembers/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err270];
}
else {
vErrors.push(err270);
}
errors++;
}
if((typeof data90 == "number") && (isFinite(data90))){
if(data90 > 1000000 || isNaN(data90)){
const err271 = {instancePath:instancePath+"/limits/eventMembers",schemaPath:"#/properties/limits/properties/eventMembers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
if(vErrors === null){
vErrors = [err271];
}
else {
vErrors.push(err271);
}
errors++;
}
if(data90 < 100 || isNaN(data90)){
const err272 = {instancePath:instancePath+"/limits/eventMembers",schemaPath:"#/properties/limits/properties/eventMembers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100}};
if(vErrors === null){
vErrors = [err272];
}
else {
vErrors.push(err272);
}
errors++;
}
}
}
if(data86.inflatedBytes !== undefined && func0.call(data86, "inflatedBytes")){
let data91 = data86.inflatedBytes;
if(measures.size(data91) < 65536){
const err273 = {instancePath:instancePath+"/limits/inflatedBytes",schemaPath:"#/properties/limits/properties/inflatedBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err273];
}
else {
vErrors.push(err273);
}
errors++;
}
if(measures.size(data91) > 1073741824){
const err274 = {instancePath:instancePath+"/limits/inflatedBytes",schemaPath:"#/properties/limits/properties/inflatedBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err274];
}
else {
vErrors.push(err274);
}
errors++;
}
if(typeof data91 === "string"){
if(!(formats8(data91))){
const err275 = {instancePath:instancePath+"/limits/inflatedBytes",schemaPath:"#/properties/limits/properties/inflatedBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err275];
}
else {
vErrors.push(err275);
}
errors++;
}
}
else {
const err276 = {instancePath:instancePath+"/limits/inflatedBytes",schemaPath:"#/properties/limits/properties/inflatedBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err276];
}
else {
vErrors.push(err276);
}
errors++;
}
}
if(data86.connections !== undefined && func0.call(data86, "connections")){
let data92 = data86.connections;
if(!(((typeof data92 == "number") && (!(data92 % 1) && !isNaN(data92))) && (isFinite(data92)))){
const err277 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err277];
}
else {
vErrors.push(err277);
}
errors++;
}
if((typeof data92 == "number") && (isFinite(data92))){
if(data92 > 100000 || isNaN(data92)){
const err278 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err278];
}
else {
vErrors.push(err278);
}
errors++;
}
if(data92 < 1 || isNaN(data92)){
const err279 = {instancePath:instancePath+"/limits/connections",schemaPath:"#/properties/limits/properties/connections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err279];
}
else {
vErrors.push(err279);
}
errors++;
}
}
}
if(data86.connectionsPerAddress !== undefined && func0.call(data86, "connectionsPerAddress")){
let data93 = data86.connectionsPerAddress;
if(!(((typeof data93 == "number") && (!(data93 % 1) && !isNaN(data93))) && (isFinite(data93)))){
const err280 = {instancePath:instancePath+"/limits/connectionsPerAddress",schemaPath:"#/properties/limits/properties/connectionsPerAddress/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err280];
}
else {
vErrors.push(err280);
}
errors++;
}
if((typeof data93 == "number") && (isFinite(data93))){
if(data93 > 100000 || isNaN(data93)){
const err281 = {instancePath:instancePath+"/limits/connectionsPerAddress",schemaPath:"#/properties/limits/properties/connectionsPerAddress/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err281];
}
else {
vErrors.push(err281);
}
errors++;
}
if(data93 < 1 || isNaN(data93)){
const err282 = {instancePath:instancePath+"/limits/connectionsPerAddress",schemaPath:"#/properties/limits/properties/connectionsPerAddress/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err282];
}
else {
vErrors.push(err282);
}
errors++;
}
}
}
if(data86.handshakes !== undefined && func0.call(data86, "handshakes")){
let data94 = data86.handshakes;
if(!(((typeof data94 == "number") && (!(data94 % 1) && !isNaN(data94))) && (isFinite(data94)))){
const err283 = {instancePath:instancePath+"/limits/handshakes",schemaPath:"#/properties/limits/properties/handshakes/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err283];
}
else {
vErrors.push(err283);
}
errors++;
}
if((typeof data94 == "number") && (isFinite(data94))){
if(data94 > 100000 || isNaN(data94)){
const err284 = {instancePath:instancePath+"/limits/handshakes",schemaPath:"#/properties/limits/properties/handshakes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err284];
}
else {
vErrors.push(err284);
}
errors++;
}
if(data94 < 1 || isNaN(data94)){
const err285 = {instancePath:instancePath+"/limits/handshakes",schemaPath:"#/properties/limits/properties/handshakes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err285];
}
else {
vErrors.push(err285);
}
errors++;
}
}
}
if(data86.bytesInFlight !== undefined && func0.call(data86, "bytesInFlight")){
let data95 = data86.bytesInFlight;
if(measures.size(data95) < 1048576){
const err286 = {instancePath:instancePath+"/limits/bytesInFlight",schemaPath:"#/properties/limits/properties/bytesInFlight/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err286];
}
else {
vErrors.push(err286);
}
errors++;
}
if(measures.size(data95) > 1099511627776){
const err287 = {instancePath:instancePath+"/limits/bytesInFlight",schemaPath:"#/properties/limits/properties/bytesInFlight/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err287];
}
else {
vErrors.push(err287);
}
errors++;
}
if(typeof data95 === "string"){
if(!(formats8(data95))){
const err288 = {instancePath:instancePath+"/limits/bytesInFlight",schemaPath:"#/properties/limits/properties/bytesInFlight/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err288];
}
else {
vErrors.push(err288);
}
errors++;
}
}
else {
const err289 = {instancePath:instancePath+"/limits/bytesInFlight",schemaPath:"#/properties/limits/properties/bytesInFlight/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err289];
}
else {
vErrors.push(err289);
}
errors++;
}
}
}
else {
const err290 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err290];
}
else {
vErrors.push(err290);
}
errors++;
}
}
if(data.ids !== undefined && func0.call(data, "ids")){
let data96 = data.ids;
if(data96 && typeof data96 == "object" && !Array.isArray(data96)){
if((data96.requireBound === undefined) || (!(func0.call(data96, "requireBound")))){
const err291 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/required",keyword:"required",params:{missingProperty: "requireBound"}};
if(vErrors === null){
vErrors = [err291];
}
else {
vErrors.push(err291);
}
errors++;
}
if((data96.requireOwnHost === undefined) || (!(func0.call(data96, "requireOwnHost")))){
const err292 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/required",keyword:"required",params:{missingProperty: "requireOwnHost"}};
if(vErrors === null){
vErrors = [err292];
}
else {
vErrors.push(err292);
}
errors++;
}
for(const key14 of Object.keys(data96)){
if(!(((key14 === "requireBound") || (key14 === "requireOwnHost")) || (key14 === "nameField"))){
const err293 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14}};
if(vErrors === null){
vErrors = [err293];
}
else {
vErrors.push(err293);
}
errors++;
}
}
if(data96.requireBound !== undefined && func0.call(data96, "requireBound")){
if(typeof data96.requireBound !== "boolean"){
const err294 = {instancePath:instancePath+"/ids/requireBound",schemaPath:"#/properties/ids/properties/requireBound/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err294];
}
else {
vErrors.push(err294);
}
errors++;
}
}
if(data96.requireOwnHost !== undefined && func0.call(data96, "requireOwnHost")){
if(typeof data96.requireOwnHost !== "boolean"){
const err295 = {instancePath:instancePath+"/ids/requireOwnHost",schemaPath:"#/properties/ids/properties/requireOwnHost/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err295];
}
else {
vErrors.push(err295);
}
errors++;
}
}
if(data96.nameField !== undefined && func0.call(data96, "nameField")){
let data99 = data96.nameField;
if(typeof data99 === "string"){
if(data99.length < 1){
const err296 = {instancePath:instancePath+"/ids/nameField",schemaPath:"#/properties/ids/properties/nameField/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err296];
}
else {
vErrors.push(err296);
}
errors++;
}
}
else {
const err297 = {instancePath:instancePath+"/ids/nameField",schemaPath:"#/properties/ids/properties/nameField/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err297];
}
else {
vErrors.push(err297);
}
errors++;
}
}
}
else {
const err298 = {instancePath:instancePath+"/ids",schemaPath:"#/properties/ids/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err298];
}
else {
vErrors.push(err298);
}
errors++;
}
}
if(data.workers !== undefined && func0.call(data, "workers")){
let data100 = data.workers;
if(!(((typeof data100 == "number") && (!(data100 % 1) && !isNaN(data100))) && (isFinite(data100)))){
const err299 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err299];
}
else {
vErrors.push(err299);
}
errors++;
}
if((typeof data100 == "number") && (isFinite(data100))){
if(data100 > 64 || isNaN(data100)){
const err300 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64}};
if(vErrors === null){
vErrors = [err300];
}
else {
vErrors.push(err300);
}
errors++;
}
if(data100 < 0 || isNaN(data100)){
const err301 = {instancePath:instancePath+"/workers",schemaPath:"#/properties/workers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err301];
}
else {
vErrors.push(err301);
}
errors++;
}
}
}
if(data.pipeline !== undefined && func0.call(data, "pipeline")){
let data101 = data.pipeline;
if(!data101 || typeof data101 != "object"){
const err302 = {instancePath:instancePath+"/pipeline",schemaPath:"#/properties/pipeline/type",keyword:"type",params:{type: schema11.properties.pipeline.type}};
if(vErrors === null){
vErrors = [err302];
}
else {
vErrors.push(err302);
}
errors++;
}
}
if(data.pipelines !== undefined && func0.call(data, "pipelines")){
let data102 = data.pipelines;
if(!(data102 && typeof data102 == "object" && !Array.isArray(data102))){
const err303 = {instancePath:instancePath+"/pipelines",schemaPath:"#/properties/pipelines/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err303];
}
else {
vErrors.push(err303);
}
errors++;
}
}
if(data.pipelineTimeout !== undefined && func0.call(data, "pipelineTimeout")){
let data103 = data.pipelineTimeout;
if(measures.duration(data103) < 50){
const err304 = {instancePath:instancePath+"/pipelineTimeout",schemaPath:"#/properties/pipelineTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err304];
}
else {
vErrors.push(err304);
}
errors++;
}
if(measures.duration(data103) > 60000){
const err305 = {instancePath:instancePath+"/pipelineTimeout",schemaPath:"#/properties/pipelineTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err305];
}
else {
vErrors.push(err305);
}
errors++;
}
if(typeof data103 === "string"){
if(!(formats4(data103))){
const err306 = {instancePath:instancePath+"/pipelineTimeout",schemaPath:"#/properties/pipelineTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err306];
}
else {
vErrors.push(err306);
}
errors++;
}
}
else {
const err307 = {instancePath:instancePath+"/pipelineTimeout",schemaPath:"#/properties/pipelineTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err307];
}
else {
vErrors.push(err307);
}
errors++;
}
}
if(data.pipelineFailure !== undefined && func0.call(data, "pipelineFailure")){
let data104 = data.pipelineFailure;
if(!((data104 === "store") || (data104 === "deadLetter"))){
const err308 = {instancePath:instancePath+"/pipelineFailure",schemaPath:"#/properties/pipelineFailure/enum",keyword:"enum",params:{allowedValues: schema11.properties.pipelineFailure.enum}};
if(vErrors === null){
vErrors = [err308];
}
else {
vErrors.push(err308);
}
errors++;
}
}
if(data.wireForm !== undefined && func0.call(data, "wireForm")){
let data105 = data.wireForm;
if(!((data105 === "auto") || (data105 === "lumberjack"))){
const err309 = {instancePath:instancePath+"/wireForm",schemaPath:"#/properties/wireForm/enum",keyword:"enum",params:{allowedValues: schema11.properties.wireForm.enum}};
if(vErrors === null){
vErrors = [err309];
}
else {
vErrors.push(err309);
}
errors++;
}
}
if(data.keepalive !== undefined && func0.call(data, "keepalive")){
let data106 = data.keepalive;
if(measures.duration(data106) < 100){
const err310 = {instancePath:instancePath+"/keepalive",schemaPath:"#/properties/keepalive/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err310];
}
else {
vErrors.push(err310);
}
errors++;
}
if(measures.duration(data106) > 60000){
const err311 = {instancePath:instancePath+"/keepalive",schemaPath:"#/properties/keepalive/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err311];
}
else {
vErrors.push(err311);
}
errors++;
}
if(typeof data106 === "string"){
if(!(formats4(data106))){
const err312 = {instancePath:instancePath+"/keepalive",schemaPath:"#/properties/keepalive/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err312];
}
else {
vErrors.push(err312);
}
errors++;
}
}
else {
const err313 = {instancePath:instancePath+"/keepalive",schemaPath:"#/properties/keepalive/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err313];
}
else {
vErrors.push(err313);
}
errors++;
}
}
if(data.include !== undefined && func0.call(data, "include")){
let data107 = data.include;
if(Array.isArray(data107)){
if(data107.length < 1){
const err314 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err314];
}
else {
vErrors.push(err314);
}
errors++;
}
const len7 = data107.length;
for(let i7=0; i7<len7; i7++){
let data108 = data107[i7];
if(typeof data108 === "string"){
if(data108.length < 1){
const err315 = {instancePath:instancePath+"/include/" + i7,schemaPath:"#/properties/include/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err315];
}
else {
vErrors.push(err315);
}
errors++;
}
}
else {
const err316 = {instancePath:instancePath+"/include/" + i7,schemaPath:"#/properties/include/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err316];
}
else {
vErrors.push(err316);
}
errors++;
}
}
}
else {
const err317 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err317];
}
else {
vErrors.push(err317);
}
errors++;
}
}
if(data.stateDir !== undefined && func0.call(data, "stateDir")){
let data109 = data.stateDir;
if(typeof data109 === "string"){
if(data109.length < 1){
const err318 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err318];
}
else {
vErrors.push(err318);
}
errors++;
}
}
else {
const err319 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err319];
}
else {
vErrors.push(err319);
}
errors++;
}
}
if(data.shutdownTimeout !== undefined && func0.call(data, "shutdownTimeout")){
let data110 = data.shutdownTimeout;
if(measures.duration(data110) < 0){
const err320 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err320];
}
else {
vErrors.push(err320);
}
errors++;
}
if(measures.duration(data110) > 3600000){
const err321 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err321];
}
else {
vErrors.push(err321);
}
errors++;
}
if(typeof data110 === "string"){
if(!(formats4(data110))){
const err322 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err322];
}
else {
vErrors.push(err322);
}
errors++;
}
}
else {
const err323 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err323];
}
else {
vErrors.push(err323);
}
errors++;
}
}
if(data.metrics !== undefined && func0.call(data, "metrics")){
let data111 = data.metrics;
if(data111 && typeof data111 == "object" && !Array.isArray(data111)){
if((data111.listen === undefined) || (!(func0.call(data111, "listen")))){
const err324 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/required",keyword:"required",params:{missingProperty: "listen"}};
if(vErrors === null){
vErrors = [err324];
}
else {
vErrors.push(err324);
}
errors++;
}
for(const key15 of Object.keys(data111)){
if(!(key15 === "listen")){
const err325 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15}};
if(vErrors === null){
vErrors = [err325];
}
else {
vErrors.push(err325);
}
errors++;
}
}
if(data111.listen !== undefined && func0.call(data111, "listen")){
let data112 = data111.listen;
if(typeof data112 === "string"){
if(!(formats0(data112))){
const err326 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err326];
}
else {
vErrors.push(err326);
}
errors++;
}
}
else {
const err327 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err327];
}
else {
vErrors.push(err327);
}
errors++;
}
}
}
else {
const err328 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err328];
}
else {
vErrors.push(err328);
}
errors++;
}
}
if(data.log !== undefined && func0.call(data, "log")){
let data113 = data.log;
if(data113 && typeof data113 == "object" && !Array.isArray(data113)){
if((data113.level === undefined) || (!(func0.call(data113, "level")))){
const err329 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "level"}};
if(vErrors === null){
vErrors = [err329];
}
else {
vErrors.push(err329);
}
errors++;
}
if((data113.format === undefined) || (!(func0.call(data113, "format")))){
const err330 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "format"}};
if(vErrors === null){
vErrors = [err330];
}
else {
vErrors.push(err330);
}
errors++;
}
if((data113.syslog === undefined) || (!(func0.call(data113, "syslog")))){
const err331 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "syslog"}};
if(vErrors === null){
vErrors = [err331];
}
else {
vErrors.push(err331);
}
errors++;
}
for(const key16 of Object.keys(data113)){
if(!(((key16 === "level") || (key16 === "format")) || (key16 === "syslog"))){
const err332 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16}};
if(vErrors === null){
vErrors = [err332];
}
else {
vErrors.push(err332);
}
errors++;
}
}
if(data113.level !== undefined && func0.call(data113, "level")){
let data114 = data113.level;
if(!((((data114 === "debug") || (data114 === "info")) || (data114 === "warn")) || (data114 === "error"))){
const err333 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.level.enum}};
if(vErrors === null){
vErrors = [err333];
}
else {
vErrors.push(err333);
}
errors++;
}
}
if(data113.format !== undefined && func0.call(data113, "format")){
let data115 = data113.format;
if(!(((data115 === "auto") || (data115 === "json")) || (data115 === "text"))){
const err334 = {instancePath:instancePath+"/log/format",schemaPath:"#/properties/log/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.format.enum}};
if(vErrors === null){
vErrors = [err334];
}
else {
vErrors.push(err334);
}
errors++;
}
}
if(data113.syslog !== undefined && func0.call(data113, "syslog")){
if(typeof data113.syslog !== "boolean"){
const err335 = {instancePath:instancePath+"/log/syslog",schemaPath:"#/properties/log/properties/syslog/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err335];
}
else {
vErrors.push(err335);
}
errors++;
}
}
}
else {
const err336 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err336];
}
else {
vErrors.push(err336);
}
errors++;
}
}
}
else {
const err337 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err337];
}
else {
vErrors.push(err337);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

